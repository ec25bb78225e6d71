import t from 'tap'
import { CommandError } from '../../lib/command-line/command-error.ts'
import { parseArguments } from '../../lib/command-line/parse-arguments.ts'
import type { Command } from '../../lib/command-line/parse-arguments.ts'

const store = 'sqlite:common-rest.db'
const serve = { kind: 'serve', resources: 'r.json', store, host: '127.0.0.1', port: 3000 } as const
const load = { kind: 'import', resources: 'r.json', path: '/x', file: 'f', store, onConflict: 'fail' } as const
const write = { kind: 'export', resources: 'r.json', path: '/x', store, filter: 'true' } as const

const understood: ReadonlyArray<readonly [line: string, command: Command]> = [
  ['serve r.json', serve],
  ['serve r.json --store memory: --host 0.0.0.0 --port 0', { ...serve, store: 'memory:', host: '0.0.0.0', port: 0 }],
  ['serve --port=65535 r.json', { ...serve, port: 65535 }],
  ['import r.json /x f', load],
  ['import r.json /x -', { ...load, file: '-' }],
  ['import r.json /x f --on-conflict skip', { ...load, onConflict: 'skip' }],
  ['import r.json --on-conflict=replace /x --store sqlite:y f', { ...load, store: 'sqlite:y', onConflict: 'replace' }],
  ['import -- r.json /x -f', { ...load, file: '-f' }],
  ['export r.json /x', write],
  ['export r.json /x --filter true --filter false', { ...write, filter: 'false' }],
  ['--help', { kind: 'help', about: undefined }],
  ['-h', { kind: 'help', about: undefined }],
  ['--help import', { kind: 'help', about: 'import' }],
  ['--help nothing', { kind: 'help', about: undefined }],
  ['serve --help', { kind: 'help', about: 'serve' }],
  ['export -h r.json', { kind: 'help', about: 'export' }],
  ['--version', { kind: 'version' }]
]

const refused: ReadonlyArray<readonly [line: string, message: string]> = [
  ['', 'a command is missing; see common-rest --help'],
  ['load x', 'there is no command load; see common-rest --help'],
  ['toString', 'there is no command toString; see common-rest --help'],
  ['--nothing', "unknown option '--nothing'; see common-rest --help"],
  ['--', 'a command is missing; see common-rest --help'],
  ['serve', 'serve: <resources> is missing; see common-rest serve --help'],
  ['import r.json', 'import: <path> is missing; see common-rest import --help'],
  ['import r.json /x', 'import: <file> is missing; see common-rest import --help'],
  ['export', 'export: <resources> is missing; see common-rest export --help'],
  ['serve r.json more', 'serve: more is one argument too many; see common-rest serve --help'],
  ['serve r.json --filter true', "serve: unknown option '--filter'; see common-rest serve --help"],
  ['serve r.json -p 3', "serve: unknown option '-p'; see common-rest serve --help"],
  ['serve r.json --port', "serve: option '--port <value>' argument missing; see common-rest serve --help"],
  ['serve r.json --port --host', "serve: option '--port' argument is ambiguous; see common-rest serve --help"],
  ['serve r.json --help=yes', "serve: option '-h, --help' does not take an argument; see common-rest serve --help"],
  ['serve r.json --port x', 'serve: --port must be a number from 0 to 65535, not x'],
  ['serve r.json --port 65536', 'serve: --port must be a number from 0 to 65535, not 65536'],
  ['serve r.json --port=-1', 'serve: --port must be a number from 0 to 65535, not -1'],
  ['import r.json /x f --on-conflict no', 'import: --on-conflict must be fail, skip, replace, not no']
]

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '')

for (const [line, command] of understood) {
  t.test(`common-rest ${line} is understood`, async (t) => {
    t.strictSame(parseArguments(words(line)), command)
  })
}

for (const [line, message] of refused) {
  t.test(`common-rest ${line} is refused in one line`, async (t) => {
    t.throws(() => parseArguments(words(line)), { message, status: 2 })
    t.throws(() => parseArguments(words(line)), CommandError)
  })
}
