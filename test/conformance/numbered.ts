import t from 'tap'
import type { Operation } from './oracle.ts'
import { build, snapshot } from './fixture.ts'
import type { Configuration, Fixture, Seeds, StoreKind } from './fixture.ts'
import { faultsIn } from './invariants.ts'
import { lintResponse } from '../lint/lint-response.ts'
import { connect } from './request.ts'
import type { WireResponse } from './request.ts'

/** What is set up for a case, in the words of the page. */
export interface Setup {
  readonly operations?: readonly Operation[]
  readonly actions?: boolean
  readonly auth?: boolean
  readonly revisionRequired?: boolean
  readonly versions?: boolean
  /** Ids of documents beside `w1`. */
  readonly documents?: readonly string[]
  /** With the tombstone `t1` and the expired document `x1`. */
  readonly gone?: boolean
  readonly limit?: number
  readonly disabled?: { readonly retryAfter?: number }
}

/** One line of http/pairwise.md section 6. */
export type Case = readonly [
  name: number | string, title: string, setup: Setup,
  /** Request line, header lines and `body …`, separated by a middle dot, as on the page. */
  request: string,
  status: number,
  /** What else must hold, as on the page; see {@link check}. */
  more?: readonly string[]
]

export const all: readonly Operation[] = ['create', 'read', 'update', 'patch', 'delete', 'query']

const fixtures = new Map<string, Promise<Fixture>>()

async function fixtureFor (setup: Setup, store: StoreKind): Promise<Fixture> {
  const configuration: Configuration = {
    store,
    operations: setup.operations ?? all,
    actions: setup.actions ?? false,
    authenticated: setup.auth ?? false,
    revisionRequired: setup.revisionRequired ?? false,
    versioned: setup.versions ?? false,
    tombstones: setup.gone ?? false,
    bodyLimit: setup.limit ?? 1000
  }
  const key = JSON.stringify(configuration)
  const fixture = fixtures.get(key) ?? build(configuration)
  fixtures.set(key, fixture)
  return await fixture
}

/** The documents of a setup; `limit` and the like do not matter, so equal setups share one value. */
const seedings = new Map<string, Readonly<Record<string, Seeds>>>()
function seedsOf ({ documents = [], gone = false }: Setup): Readonly<Record<string, Seeds>> {
  const key = JSON.stringify([documents, gone])
  const more = Object.fromEntries(documents.map(id => [id, { name: id }]))
  const seeds = seedings.get(key) ?? {
    '/widgets': {
      documents: {
        w1: { name: 'bolt', size: 3 },
        ...more,
        ...(gone ? { x1: { name: 'old', until: '2000-01-01T00:00:00Z' } } : {})
      },
      tombstones: gone ? ['t1'] : []
    },
    '/settings': { documents: { '': { theme: 'light' } } }
  }
  seedings.set(key, seeds)
  return seeds
}

/** The exact bytes of a request in the notation of the page. `Host`, `Connection: close` and the length are filled in. */
export function bytesOf (text: string, revision: string): { bytes: Buffer, method: string, headers: Record<string, string> } {
  const expanded = text
    .replaceAll('$rev', revision)
    .replace(/(.)…\((\d+)\)/, (_, character: string, times: string) => character.repeat(Number(times)))
    .replaceAll('⏎', '\r\n')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  const [line = '', ...rest] = expanded.split(' · ')
  const body = rest.find(part => part.startsWith('body '))?.slice('body '.length)
  const given = rest.filter(part => !part.startsWith('body '))
  const headers: Record<string, string> = {}
  for (const header of given) headers[header.slice(0, header.indexOf(':')).toLowerCase()] = header.slice(header.indexOf(':') + 1).trim()
  const lines = [/ HTTP\/\d/.test(line) ? line : `${line} HTTP/1.1`, ...given.filter(header => header !== 'no Host')]
  if (!given.includes('no Host')) lines.push('Host: localhost')
  lines.push('Connection: close')
  const framed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  if (body !== undefined && !framed) lines.push(`Content-Length: ${body.length}`)
  return {
    bytes: line.startsWith('\x16') ? Buffer.from(line, 'latin1') : Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`, 'latin1'),
    method: line.split(' ')[0] ?? '',
    headers
  }
}

/** What remains wrong: one line of the column "headers and more". */
export function check (line: string, response: WireResponse & { interim: number[] }, { revision, unchanged }: { revision: string, unchanged: boolean }): string | false {
  const [, name = '', sign, value = ''] = /^([\w-]+)(: | ~ | has )(.*)$/.exec(line.replaceAll('$rev', revision)) ?? []
  const found = response.headers[name.toLowerCase()] ?? ''
  const items = (text: string): string => text.toLowerCase().split(',').map(item => item.trim()).sort().join(', ')
  const included = items(found).split(', ').includes(value.toLowerCase())
  const holds = ((): boolean => {
    if (line === 'unchanged') return unchanged
    if (line === 'new ETag') return /^"[^"]+"$/.test(response.headers['etag'] ?? '') && response.headers['etag'] !== `"${revision}"`
    if (line === 'no content') return response.body.length === 0
    if (line === 'no interim 100') return response.interim.length === 0
    if (line.startsWith('no ')) return response.headers[line.slice(3).toLowerCase()] === undefined
    if (sign === ' ~ ') return new RegExp(value, 'i').test(found)
    if (name === 'Allow') return items(found) === items(value)
    if (line.startsWith('body ')) return response.body.toString('utf8').includes(line.slice('body '.length))
    return sign === ' has ' || /^(Accept|Cache-Control|Connection)/i.test(name) ? included : found === value
  })()
  return holds ? false : `${line}, but found ${JSON.stringify(found)}`
}

/** Sends the bytes of one case over a connection of its own; returns what is wrong with the answer. */
async function faultsOf (fixture: Fixture, [, , setup, request, status, more = []]: Case): Promise<string[]> {
  await fixture.reset(seedsOf(setup))
  if (setup.disabled === undefined) fixture.widgets.enable()
  else fixture.widgets.disable(setup.disabled)
  const revision = fixture.revisionOf('/widgets/w1')
  const { bytes, method, headers } = bytesOf(request, revision)
  const override = headers['x-http-method-override'] ?? ''
  const effective = method === 'POST' && ['PUT', 'PATCH', 'DELETE'].includes(override) ? override : method
  const connection = await connect(await fixture.port())
  try {
    const response = await connection.exchange(bytes, method)
    const unchanged = fixture.store.writes === 0 && await snapshot(fixture) === fixture.seeded
    const trailing = await connection.source.rest()
    const faults: Array<string | false> = [
      response.status === status ? false : `expected ${status}, got ${response.status}`,
      ...lintResponse({ method: effective, headers }, response),
      ...more.map(line => check(line, response, { revision, unchanged })),
      ...faultsIn({ request: { method: effective, url: '', headers }, response, authenticated: setup.auth ?? false, changed: !unchanged }),
      trailing.length === 0 ? false : `more than one response: ${trailing.toString('latin1')}`
    ]
    return faults.filter(fault => fault !== false)
  } finally {
    connection.close()
  }
}

/** Declares a test for every case and both stores. */
export function runNamed (cases: readonly Case[]): void {
  t.teardown(async () => {
    for (const fixture of fixtures.values()) await (await fixture).app.close()
  })
  for (const store of ['memory', 'sqlite'] as const) {
    for (const one of cases) {
      t.test(`${one[0]} ${one[1]} (${store})`, async t => {
        t.same(await faultsOf(await fixtureFor(one[2], store), one), [], `${one[3]} → ${one[4]}`)
      })
    }
  }
}

/** Declares the tests of a range of numbers, and one that none of them is left out. */
export function runCases (first: number, last: number, cases: readonly Case[]): void {
  t.test(`cases ${first} to ${last} are all here`, async t => {
    t.same(cases.map(([number]) => number), Array.from({ length: last - first + 1 }, (_, index) => first + index))
  })
  runNamed(cases)
}
