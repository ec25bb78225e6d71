import { parseArgs } from 'node:util'
import { wrongUse } from './command-error.ts'

/** What happens to a document whose id another one has. */
export type OnConflict = 'fail' | 'skip' | 'replace'

/** What is to be served, and where. */
export interface ServeCommand {
  readonly kind: 'serve'
  /** The file with the declarations. */
  readonly resources: string
  /** `memory:`, `sqlite:FILE` or `postgres://…`. */
  readonly store: string
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
}

/** What is to be loaded, and where to. */
export interface ImportCommand {
  readonly kind: 'import'
  /** The file with the declarations. */
  readonly resources: string
  /** The path of a collection, parameters filled in. */
  readonly path: string
  /** The file with the documents; `-` is standard input. */
  readonly file: string
  readonly store: string
  readonly onConflict: OnConflict
}

/** What is to be written out. */
export interface ExportCommand {
  readonly kind: 'export'
  /** The file with the declarations. */
  readonly resources: string
  /** The path of a collection, parameters filled in. */
  readonly path: string
  readonly store: string
  /** A query filter. */
  readonly filter: string
}

/** The names of the commands. */
export type CommandName = 'serve' | 'import' | 'export'

/** A command line that was understood. */
export type Command =
  | ServeCommand | ImportCommand | ExportCommand
  | { readonly kind: 'help', readonly about: CommandName | undefined }
  | { readonly kind: 'version' }

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

const storeOption = { store: { type: 'string' } } as const
const optionsOf = {
  serve: { ...storeOption, host: { type: 'string' }, port: { type: 'string' } },
  import: { ...storeOption, 'on-conflict': { type: 'string' } },
  export: { ...storeOption, filter: { type: 'string' } }
} as const
const argumentsOf: Readonly<Record<CommandName, readonly string[]>> = {
  serve: ['<resources>'],
  import: ['<resources>', '<path>', '<file>'],
  export: ['<resources>', '<path>']
}
const onConflicts: readonly string[] = ['fail', 'skip', 'replace']

/**
 * Reads a command line.
 *
 * @param args what follows the name of the program
 * @throws CommandError (usage) naming what is unknown, missing or too much
 */
export function parseArguments (args: readonly string[]): Command {
  const [name, ...rest] = args
  if (name === undefined) throw wrongUse(`a command is missing${seeHelp()}`)
  if (name.startsWith('-')) return parseGlobal(args)
  if (!isCommand(name)) throw wrongUse(`there is no command ${name}${seeHelp()}`)
  const { values, positionals } = parse(rest, optionsOf[name], name)
  if (values['help'] === true) return { kind: 'help', about: name }
  const expected = argumentsOf[name]
  const missing = expected[positionals.length]
  if (missing !== undefined) throw wrongUse(`${name}: ${missing} is missing${seeHelp(name)}`)
  const [resources = '', path = '', file = ''] = positionals
  const surplus = positionals[expected.length]
  if (surplus !== undefined) throw wrongUse(`${name}: ${surplus} is one argument too many${seeHelp(name)}`)
  const text = (option: string, otherwise: string): string => typeof values[option] === 'string' ? values[option] : otherwise
  const store = text('store', 'sqlite:common-rest.db')
  if (name === 'serve') return { kind: name, resources, store, host: text('host', '127.0.0.1'), port: parsePort(text('port', '3000')) }
  if (name === 'import') return { kind: name, resources, path, file, store, onConflict: parseOnConflict(text('on-conflict', 'fail')) }
  return { kind: name, resources, path, store, filter: text('filter', 'true') }
}

function parseGlobal (args: readonly string[]): Command {
  const { values, positionals } = parse(args, { version: { type: 'boolean' } }, undefined)
  const [about] = positionals
  if (values['help'] === true) return { kind: 'help', about: about !== undefined && isCommand(about) ? about : undefined }
  if (values['version'] === true) return { kind: 'version' }
  throw wrongUse(`a command is missing${seeHelp()}`)
}

function parse (args: readonly string[], options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>, command: CommandName | undefined): Parsed {
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true }) as Parsed
  } catch (error) {
    // Beyond the first sentence Node advises on arguments that begin with a dash.
    const [said = ''] = String((error as Error).message).split(/\.? To specify|\.?\n/)
    throw wrongUse(`${command === undefined ? '' : `${command}: `}${said.charAt(0).toLowerCase()}${said.slice(1)}${seeHelp(command)}`, error)
  }
}

function isCommand (name: string): name is CommandName {
  return Object.hasOwn(argumentsOf, name)
}

function parsePort (text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw wrongUse(`serve: --port must be a number from 0 to 65535, not ${text}`)
  return Number(text)
}

function parseOnConflict (text: string): OnConflict {
  if (!onConflicts.includes(text)) throw wrongUse(`import: --on-conflict must be ${onConflicts.join(', ')}, not ${text}`)
  return text as OnConflict
}

function seeHelp (command?: CommandName): string {
  return `; see common-rest ${command === undefined ? '' : `${command} `}--help`
}
