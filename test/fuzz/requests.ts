import { accept, authorization, condition, contentType, others, version } from './headers.ts'
import { content, multipart, patch } from './contents.ts'
import { badIds, ids, targets, unknownPaths } from './targets.ts'
import { foreign, presentation, queryParameters } from './parameters.ts'
import { randomOf, refused, right, take, unsure } from './draft.ts'
import { mutate } from './mutate.ts'
import { anything } from './values.ts'
import type { Choice, Draft, Random } from './draft.ts'
import type { Knowledge } from './knowledge.ts'
import type { Parameter } from './parameters.ts'
import type { Target } from './targets.ts'

/** One request of a run. */
export interface FuzzRequest {
  readonly n: number
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Buffer
  /** Whether the content goes in chunks. */
  readonly chunked: boolean
  readonly minor: 0 | 1
  /** What it asks, if it is a resource. */
  readonly target?: Target
  /** The path without trailing slash, as a key of what is known. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly faults: ReadonlyMap<number, number>
  readonly unsure: ReadonlySet<number>
}

const methodsOf = { collection: ['GET', 'HEAD', 'POST'], instance: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], singleton: ['GET', 'HEAD', 'PUT', 'PATCH'] } as const

/** The methods that a target of a kind allows, in the order of `Allow`. */
export function allowOf ({ actions, kind }: Target, isInstance: boolean): readonly string[] {
  const own: readonly string[] = methodsOf[kind === 'singleton' ? 'singleton' : isInstance ? 'instance' : 'collection']
  return [...own, ...(actions.length > 0 && !own.includes('POST') ? ['POST'] : []), 'OPTIONS']
}

/** Request `n`, the same for the same seed and knowledge. */
export function makeRequest (seed: number, n: number, knowledge: Knowledge): FuzzRequest {
  const random = randomOf(seed, n)
  const draft: Draft = { random, faults: new Map(), unsure: new Set() }
  // Most requests have no fault at all, or they would never meet a store.
  const risk = random.pick([0, 0, 0, 0.1, 0.1, 0.35])
  const odd = (probability: number): boolean => random.chance(risk * probability)
  const target = pickTarget(random)
  const isInstance = target.kind === 'collection' && random.chance(0.65)
  const { path, raw } = pickPath(draft, target, isInstance, odd)
  const method = pickMethod(draft, target, isInstance, odd)
  if (target.disabled === 'all' || (target.disabled === 'writes' && !['GET', 'HEAD', 'OPTIONS'].includes(method))) draft.faults.set(4, 503)
  // OPTIONS is answered in its row, whatever else there is.
  if (method === 'OPTIONS') draft.faults.set(7, 204)
  const isQuery = !isInstance && target.kind === 'collection' && (method === 'GET' || method === 'HEAD')
  const parameters: Parameter[] = []
  const action = method === 'POST' ? pickAction(draft, target, isInstance, odd) : undefined
  if (action !== undefined) parameters.push(['_action', action])
  const isAction = action !== undefined && action.toLowerCase() !== 'create'
  if (isQuery) parameters.push(...queryParameters(random, knowledge, path).map((choice) => take(draft, choice)))
  if (random.chance(0.3)) parameters.push(...presentation(random).map((choice) => take(draft, choice)))
  if (random.chance(0.05)) parameters.push(foreign(random))
  if (odd(0.3) && !isAction) parameters.push(take(draft, random.pick<Choice<Parameter>>([refused(11, 400, ['_bogus', '1']), unsure(11, ['_mimeType', 'text/plain']), unsure(11, ['_fields', 'name']), unsure(11, ['_queryFilter', 'true']), unsure(11, ['_pageSize', '1']), unsure(11, ['_action', 'create'])])))
  if (random.chance(0.01) && method === 'GET') parameters.push(take(draft, unsure(10, random.pick<Parameter>([['_api', ''], ['_crestapi', 'true']]))))
  const headers = pickHeaders({ draft, target, knowledge, path, odd, n, writes: !isQuery && method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' })
  let body: Buffer | undefined
  if (method === 'POST' || method === 'PUT' || method === 'PATCH' || random.chance(0.02)) body = pickBody(draft, { target, method, isInstance, isAction, action, headers, odd })
  if (body !== undefined && ['POST', 'PUT', 'PATCH'].includes(method) && odd(0.4)) headers.push(['Content-Encoding', take(draft, body.length > 0 ? refused(14, 415, random.pick(['gzip', 'br', 'nonsense', 'gzip, gzip'])) : right('gzip'))])
  if (target.revisionRequired && ['PUT', 'PATCH', 'DELETE'].includes(method) && !headers.some(([name, value]) => name === 'If-Match' || (method === 'PUT' && name === 'If-None-Match' && value === '*'))) {
    if (headers.some(([name]) => name === 'If-None-Match') && method === 'PUT') draft.unsure.add(15)
    else draft.faults.set(15, 428)
  }
  return {
    n,
    method,
    url: take(draft, encodeUrl(random, raw, parameters, odd)),
    headers,
    ...(body === undefined ? {} : { body }),
    chunked: body !== undefined && body.length > 0 && random.chance(0.25),
    minor: random.chance(0.01) ? 0 : 1,
    ...(unknownPaths.includes(raw) ? {} : { target }),
    path,
    parameters,
    faults: draft.faults,
    unsure: draft.unsure
  }
}

function pickTarget (random: Random): Target {
  let left = random.below(targets.reduce((sum, { share }) => sum + share, 0))
  return targets.find(({ share }) => (left -= share) < 0) ?? targets[0] as Target
}

function pickPath (draft: Draft, target: Target, isInstance: boolean, odd: (probability: number) => boolean): { readonly path: string, readonly raw: string } {
  const { random } = draft
  if (odd(0.2)) {
    const raw = take(draft, refused(3, 404, random.pick(unknownPaths)))
    return { path: raw, raw }
  }
  const slash = random.chance(0.03) ? '/' : ''
  if (!isInstance) return { path: target.path, raw: target.path + slash }
  if (odd(0.3)) {
    const path = `${target.path}/${take(draft, unsure(2, random.pick(badIds)))}`
    return { path, raw: path }
  }
  const path = `${target.path}/${encodeURIComponent(random.pick(random.chance(0.7) ? ids.slice(0, 6) : ids))}`
  return { path, raw: path + slash }
}

function pickMethod (draft: Draft, target: Target, isInstance: boolean, odd: (probability: number) => boolean): string {
  const { random } = draft
  const allow = allowOf(target, isInstance)
  if (!odd(0.4)) return random.chance(0.03) ? 'OPTIONS' : random.pick(allow.filter((method) => method !== 'OPTIONS' && (method !== 'HEAD' || random.chance(0.4)) && (method !== 'DELETE' || random.chance(0.4))))
  if (random.chance(0.5)) return take(draft, refused(5, 501, random.pick(['TRACE', 'PROPFIND', 'QUERY', 'LINK', 'MKCOL', 'PURGE', 'SEARCH', 'REPORT'])))
  const refusedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !allow.includes(method))
  return refusedMethods.length === 0 ? 'GET' : take(draft, refused(6, 405, random.pick(refusedMethods)))
}

function pickAction (draft: Draft, target: Target, isInstance: boolean, odd: (probability: number) => boolean): string | undefined {
  const { random } = draft
  const isCollection = target.kind === 'collection' && !isInstance
  if (odd(0.4)) return take(draft, refused(12, 501, random.pick(['unknown', '', '__proto__', 'constructor', 'Echo', 'toString'])))
  if (isCollection && (target.actions.length === 0 || random.chance(0.7))) return random.pick([undefined, undefined, 'create', 'CREATE'])
  if (target.actions.length === 0) return undefined
  return random.pick(isCollection ? target.actions.filter((name) => name !== 'grow') : target.actions)
}

interface HeaderNeeds {
  readonly draft: Draft
  readonly target: Target
  readonly knowledge: Knowledge
  readonly path: string
  readonly odd: (probability: number) => boolean
  readonly n: number
  readonly writes: boolean
}

function pickHeaders ({ draft, target, knowledge, path, odd, n, writes }: HeaderNeeds): Array<readonly [string, string]> {
  const { random } = draft
  const headers: Array<readonly [string, string]> = [['Host', random.chance(0.98) ? 'localhost' : random.pick(['', 'evil.example', 'localhost:99999', '[::1]', 'a b', '"'])], ['X-ForgeRock-TransactionId', `fuzz-${n}`]]
  const add = (name: string, value: string | undefined): void => { if (value !== undefined) headers.push([name, value]) }
  add('Authorization', odd(0.5) ? take(draft, authorization(random, target, writes)) : target.open ? undefined : 'Bearer good')
  if (random.chance(target.versions.length > 0 ? 0.6 : 0.1)) {
    const wanted = odd(0.5) ? version(random, target) : right(random.pick(target.versions.length > 0 ? ['resource=1.0', 'resource=2.0', 'protocol=2.1'] : ['protocol=2.1', 'protocol=2.2']))
    add('Accept-API-Version', take(draft, wanted))
  }
  if (random.chance(target.revisionRequired ? 0.8 : 0.3)) add('If-Match', take(draft, odd(0.6) ? condition(random, knowledge, path) : right(random.pick(['*', `"${knowledge.revisions.get(path) ?? 'none'}"`]))))
  if (random.chance(0.2)) add('If-None-Match', take(draft, odd(0.6) ? condition(random, knowledge, path) : right(random.pick(['*', `"${knowledge.revisions.get(path) ?? 'none'}"`]))))
  if (odd(0.5)) add('Accept', take(draft, accept(random)))
  for (let more = random.chance(0.25) ? 1 + random.below(3) : 0; more > 0; more--) {
    const [name, value] = take(draft, random.pick(others)(random, n))
    add(name, value)
  }
  return headers
}

interface BodyNeeds {
  readonly target: Target
  readonly method: string
  readonly isInstance: boolean
  readonly isAction: boolean
  readonly action: string | undefined
  readonly headers: Array<readonly [string, string]>
  readonly odd: (probability: number) => boolean
}

function pickBody (draft: Draft, { target, method, isAction, action, headers, odd }: BodyNeeds): Buffer | undefined {
  const { random } = draft
  const takesContent = ['POST', 'PUT', 'PATCH'].includes(method)
  const put = ({ type, body }: { readonly type: string, readonly body: Buffer }): Buffer => {
    if (takesContent && odd(0.5)) headers.push(['Content-Type', take(draft, contentType(random))])
    else headers.push(['Content-Type', type])
    return body
  }
  // What is sent where no content is expected is of no concern, but for its size.
  if (!takesContent) return put({ type: 'application/json', body: Buffer.from('{"a":1}') })
  const asked = headers.find(([name]) => name === 'Accept-API-Version')?.[1] ?? ''
  const shape = target.shape === 'strict' && asked.includes('resource=1') ? 'strict 1.0' : target.shape
  if (method === 'PATCH') return put(take(draft, patch(random, shape)))
  if (isAction) {
    if (action === 'grow') return put({ type: 'application/json', body: take(draft, unsure(16, Buffer.from(JSON.stringify({ by: random.pick<unknown>([1, 2, -1, 'x', 1.5]) })))) })
    if (random.chance(0.2)) return undefined
    return put({ type: 'application/json', body: take(draft, unsure(16, Buffer.from(JSON.stringify(anything(random))))) })
  }
  if (random.chance(0.05)) return put(take(draft, multipart(random, shape)))
  const choice = odd(1) ? content(random, shape) : right(Buffer.from(JSON.stringify(JSON.parse(contentText(random, shape)))))
  // A mutated header may have chosen another version; and members are kept and prepared before the schema is asked.
  const isLate = draft.unsure.has(10) || (target.shape === 'thing' && choice.kind === 'refused')
  const sure = isLate ? unsure(16, choice.value) : choice
  return put({ type: 'application/json', body: take(draft, sure) })
}

function contentText (random: Random, shape: Target['shape']): string {
  for (;;) {
    const choice = content(random, shape)
    if (choice.kind === 'right') return choice.value.toString()
  }
}

function encodeUrl (random: Random, raw: string, parameters: readonly Parameter[], odd: (probability: number) => boolean): Choice<string> {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)
  const pairs = parameters.map(([name, value]) => {
    const encoded = `${random.chance(0.02) ? encode(name).toUpperCase() : encode(name)}=${encode(value)}`
    return random.chance(0.5) ? encoded : encoded.replaceAll('+', '%20')
  })
  const url = pairs.length === 0 && !random.chance(0.02) ? raw : `${raw}?${pairs.join('&')}`
  if (!odd(0.2)) return random.chance(0.01) ? right(`http://localhost${url}`) : right(url)
  const at = url.indexOf('?')
  // A mutated path may be any other; a mutated query string is no certain fault any more.
  const changed = at < 0 || random.chance(0.3) ? mutate(random, url) : url.slice(0, at + 1) + mutate(random, url.slice(at + 1))
  return unsure(1, changed.replaceAll(/[^\x21-\x7e]/g, '') || '/')
}
