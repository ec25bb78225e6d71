import type { Answer } from '../hostile/answer-parser.ts'

/** One request of the mixed load, and the only status that is right. */
export interface Step {
  /** The name of its row in the table. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly expected: number
  /** Notes what the answer says about the documents of this client. */
  readonly learn?: (answer: Answer) => void
}

/** The documents that only one client writes, so that it knows what each answer must be. */
export interface Lane {
  readonly name: string
  /** Revisions by id; undefined where there is no document now. */
  readonly revisions: Map<string, string | undefined>
  /** A revision that was current before. */
  stale: string
  cookie: string | null
  written: number
}

const json = { 'content-type': 'application/json' }
const groups = ['red', 'green', 'blue', 'grey']

/** A client with so many documents of its own, none of which exists yet. */
export function makeLane (name: string, documents: number): Lane {
  const revisions = new Map<string, string | undefined>()
  for (let n = 0; n < documents; n++) revisions.set(`${name}-${n}`, undefined)
  return { name, revisions, stale: 'none', cookie: null, written: 0 }
}

interface Turn {
  readonly lane: Lane
  readonly id: string
  readonly path: string
  /** Undefined where there is no document. */
  readonly revision: string | undefined
  readonly random: () => number
}

type Make = (turn: Turn & { readonly revision: string }) => Omit<Step, 'operation'>
type MakeAny = (turn: Turn) => Omit<Step, 'operation'>

function content ({ lane, id, random }: Turn): Record<string, unknown> {
  return { name: `${id} ${++lane.written}`, age: Math.floor(random() * 100), group: groups[Math.floor(random() * groups.length)], tags: ['a', 'b'].slice(0, Math.floor(random() * 3)) }
}

function learnRevision ({ lane, id, revision }: Turn): (answer: Answer) => void {
  return ({ headers }) => {
    const next = headers['etag']?.slice(1, -1)
    // A patch that changes nothing keeps the revision.
    if (revision !== undefined && revision !== next) lane.stale = revision
    lane.revisions.set(id, next)
  }
}

const refused = (method: string, path: string, expected: number, headers: Readonly<Record<string, string>> = {}, body?: string): Omit<Step, 'operation'> =>
  ({ method, path, headers, expected, ...(body === undefined ? {} : { body }) })

/** What can be asked about a document that is there, with its share of the load. */
const onExisting: ReadonlyArray<readonly [operation: string, share: number, make: Make]> = [
  ['read', 20, ({ path }) => ({ method: 'GET', path, headers: {}, expected: 200 })],
  ['conditional read, current', 12, ({ path, revision }) => ({ method: 'GET', path, headers: { 'if-none-match': `"${revision}"` }, expected: 304 })],
  ['conditional read, changed', 4, ({ path, lane }) => ({ method: 'GET', path, headers: { 'if-none-match': `"${lane.stale}"` }, expected: 200 })],
  ['update', 12, (turn) => ({ method: 'PUT', path: turn.path, headers: { ...json, 'if-match': `"${turn.revision}"` }, body: JSON.stringify(content(turn)), expected: 200, learn: learnRevision(turn) })],
  ['update, stale', 4, (turn) => ({ method: 'PUT', path: turn.path, headers: { ...json, 'if-match': `"${turn.lane.stale}"` }, body: JSON.stringify(content(turn)), expected: 412 })],
  ['update, no revision', 2, (turn) => ({ method: 'PUT', path: turn.path, headers: json, body: JSON.stringify(content(turn)), expected: 428 })],
  ['patch', 8, (turn) => ({ method: 'PATCH', path: turn.path, headers: { ...json, 'if-match': `"${turn.revision}"` }, body: '[{"operation":"increment","field":"/age","value":1}]', expected: 200, learn: learnRevision(turn) })],
  ['JSON Patch', 3, (turn) => ({ method: 'PATCH', path: turn.path, headers: { 'content-type': 'application/json-patch+json', 'if-match': `"${turn.revision}"` }, body: JSON.stringify([{ op: 'replace', path: '/group', value: groups[turn.lane.written % 4] }]), expected: 200, learn: learnRevision(turn) })],
  ['merge patch', 3, (turn) => ({ method: 'PATCH', path: turn.path, headers: { 'content-type': 'application/merge-patch+json', 'if-match': `"${turn.revision}"` }, body: JSON.stringify({ age: Math.floor(turn.random() * 100) }), expected: 200, learn: learnRevision(turn) })],
  ['delete', 4, (turn) => ({ method: 'DELETE', path: turn.path, headers: { 'if-match': `"${turn.revision}"` }, expected: 200, learn: ({ status }) => { if (status === 200) turn.lane.revisions.set(turn.id, undefined) } })],
  ['action', 3, ({ path }) => ({ method: 'POST', path: `${path}?_action=greet`, headers: json, body: '{}', expected: 200 })],
  ['create, id is taken', 2, (turn) => ({ method: 'POST', path: '/people', headers: json, body: JSON.stringify({ ...content(turn), _id: turn.id }), expected: 409 })],
  ['create by PUT, id is taken', 2, (turn) => ({ method: 'PUT', path: turn.path, headers: { ...json, 'if-none-match': '*' }, body: JSON.stringify(content(turn)), expected: 412 })]
]

/** What can be asked where there is no document. */
const onAbsent: ReadonlyArray<readonly [operation: string, share: number, make: MakeAny]> = [
  ['create', 10, (turn) => ({ method: 'POST', path: '/people', headers: json, body: JSON.stringify({ ...content(turn), _id: turn.id }), expected: 201, learn: learnRevision(turn) })],
  ['create by PUT', 10, (turn) => ({ method: 'PUT', path: turn.path, headers: { ...json, 'if-none-match': '*' }, body: JSON.stringify(content(turn)), expected: 201, learn: learnRevision(turn) })],
  ['read, absent', 2, ({ path }) => refused('GET', path, 404)],
  ['delete, absent', 2, ({ path }) => refused('DELETE', path, 404, { 'if-match': '*' })]
]

/** What is the same whatever is stored. */
const anyTime: ReadonlyArray<readonly [operation: string, share: number, make: MakeAny]> = [
  ['query, indexed', 8, ({ random }) => ({ method: 'GET', path: `/people?_queryFilter=group+eq+%22${groups[Math.floor(random() * 4)]}%22&_pageSize=10`, headers: {}, expected: 200 })],
  ['query, sorted, by cookie', 5, ({ lane }) => ({
    method: 'GET',
    path: `/people?_queryFilter=age+ge+10&_sortKeys=-age&_pageSize=10${lane.cookie === null ? '' : `&_pagedResultsCookie=${encodeURIComponent(lane.cookie)}`}`,
    headers: {},
    expected: 200,
    learn: ({ status, body }) => { lane.cookie = status === 200 ? (JSON.parse(body.toString()) as { pagedResultsCookie: string | null }).pagedResultsCookie : null }
  })],
  ['query, counted', 2, () => ({ method: 'GET', path: '/people?_queryFilter=age+lt+20&_pageSize=5&_totalPagedResultsPolicy=EXACT&_fields=name', headers: {}, expected: 200 })],
  ['bad filter', 2, () => refused('GET', '/people?_queryFilter=age+gt+gt', 400)],
  ['bad content', 2, ({ path }) => refused('PUT', path, 400, { ...json, 'if-match': '*' }, '{"name":"')],
  ['content breaks the schema', 2, () => refused('POST', '/people', 400, json, '{"name":"","age":-1,"group":3}')],
  ['bad media type', 1, () => refused('POST', '/people', 415, { 'content-type': 'text/csv' }, 'name,age')],
  ['not acceptable', 1, ({ path }) => refused('GET', path, 406, { accept: 'text/html' })],
  ['method not allowed', 1, () => refused('DELETE', '/people', 405)],
  ['not implemented', 1, ({ path }) => refused('POST', `${path}?_action=dance`, 501, json, '{}')],
  ['unauthenticated', 1, ({ path }) => refused('GET', path, 401, { authorization: 'Bearer nobody' })],
  ['unknown path', 1, () => refused('GET', '/nobody/knows', 404)],
  ['options', 1, () => refused('OPTIONS', '/people', 204)]
]

/** The names of all operations, in the order of the table. */
export const operations: readonly string[] = [...onExisting, ...onAbsent, ...anyTime].map(([name]) => name)

/** What a client asks next. */
export function nextStep (lane: Lane, random: () => number): Step {
  const ids = [...lane.revisions.keys()]
  const id = ids[Math.floor(random() * ids.length)] as string
  const revision = lane.revisions.get(id)
  const turn = { lane, id, path: `/people/${id}`, revision, random }
  const choices: ReadonlyArray<readonly [string, number, MakeAny]> = revision === undefined
    ? [...onAbsent, ...anyTime]
    : [...onExisting.map(([name, share, make]) => [name, share, () => make({ ...turn, revision })] as const), ...anyTime]
  let left = random() * choices.reduce((sum, [, share]) => sum + share, 0)
  const [operation, , make] = choices.find(([, share]) => (left -= share) < 0) ?? choices[0] as typeof choices[number]
  return { operation, ...make(turn) }
}
