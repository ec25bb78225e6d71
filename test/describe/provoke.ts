import type { FastifyInstance } from 'fastify'
import type { DescribedAnswer } from '../../lib/describe/described-answers.ts'
import type { DescribedOperation } from '../../lib/describe/described-operation.ts'
import type { JsonObject } from '../../lib/json.ts'
import { defaultLimits } from '../../lib/limits.ts'
import { rulesOf } from '../../lib/operations/store-provider.ts'
import { connect, serialize } from '../conformance/request.ts'
import type { WireRequest, WireResponse } from '../conformance/request.ts'
import type { Subject } from './subjects.ts'

/** A handle of either kind. */
interface AnyHandle {
  disable (options: { retryAfter: number }): unknown
  enable (): unknown
  create (content: JsonObject, options: { id: string }): Promise<unknown>
  update (content: JsonObject): Promise<unknown>
}

/** A request that is on its way to be made. */
interface Draft {
  url: string
  query: string
  headers: Record<string, string>
  body: unknown
}

/** What a provocation has to do with. */
interface Scene {
  readonly subject: Subject
  readonly operation: DescribedOperation
  readonly handle: AnyHandle
  /** The store of the subject, where it has one, which loses races as it is told. */
  readonly store: { lost: boolean } | undefined
  /** Puts a document there, and returns its id. */
  readonly put: (content: JsonObject) => Promise<string>
  readonly draft: Draft
}

/** Makes the request one that a row answers; what it returns undoes what was done beside. */
type Provocation = (scene: Scene) => void | (() => void) | Promise<void | (() => void)>

const long = 'x'.repeat(256)
const says = (what: string): Provocation => ({ draft }) => { draft.headers['x-test'] = what }
const header = (name: string, value: string): Provocation => ({ draft }) => { draft.headers[name] = value }
const withoutConditions = ({ draft }: Scene): void => { delete draft.headers['if-match']; delete draft.headers['if-none-match'] }

/** A document that is there; a collection always is. */
async function existing ({ operation, subject, put, draft }: Scene, more: JsonObject = {}): Promise<void> {
  if (operation.target === 'collection') return
  const id = await put({ ...subject.content, text: crypto.randomUUID(), ...more })
  if (operation.target === 'instance') draft.url = `${subject.url}/${id}`
}

const isBlind = ({ operation }: Scene): boolean => operation.contracts.some(({ provider }) => provider.read === undefined)
const isProvided = ({ operation }: Scene): boolean => operation.contracts.some(({ isStored }) => !isStored)
const onlyCreates = ({ operation: { method, does } }: Scene): boolean => method === 'PUT' && !does.has('update')

/** How each answer of the table is provoked, by the reason that the table gives. */
export const provocations: Readonly<Record<string, Provocation>> = {
  'The request or its path cannot be read.': ({ draft }) => { draft.headers['host'] = '' },
  'The request has too many header fields.': ({ draft }) => {
    for (let count = 0; count <= defaultLimits.headerCount; count++) draft.headers[`x-field-${count}`] = ''
  },
  'The path names no resource.': ({ operation, subject, draft }) => {
    draft.url = operation.target === 'instance' ? `${subject.url}/${long}` : subject.url.replace('/r/', `/${long}/`)
  },
  'The resource is disabled, or the server is shutting down.': ({ handle }) => {
    handle.disable({ retryAfter: 1 })
    return () => { handle.enable() }
  },
  'What is allowed is in the header fields.': () => {},
  'Who is asking is not known.': says('stranger'),
  'The caller may not do this.': says('not permitted'),
  '`Accept-API-Version` is malformed.': header('accept-api-version', 'latest'),
  'The API version is not available.': header('accept-api-version', 'protocol=9.0'),
  'A parameter, `If-Match` or `If-None-Match` is malformed, or the parameter is not defined here.': header('if-match', '"a'),
  'What is asked for is not offered.': (scene) => {
    const { operation: { method, does }, draft } = scene
    if (does.has('query')) draft.query = '?_queryExpression=x'
    else if (method === 'POST') draft.query = '?_action=nothing'
    else draft.headers = { ...draft.headers, ...(onlyCreates(scene) ? { 'if-match': '"a"' } : { 'if-none-match': '*' }) }
    if (method === 'PUT' && !onlyCreates(scene)) delete draft.headers['if-match']
  },
  '`Accept` does not admit the media type of the answer.': header('accept', 'text/html'),
  'The media type or the coding of the content is not supported.': header('content-type', 'text/plain'),
  'The request must name the revision that it changes, in `If-Match`.': withoutConditions,
  'The content is missing, too large, no JSON, or does not fit its schema.': ({ draft }) => { draft.body = Buffer.from('{') },
  'The content, which means nothing here, is too large.': ({ draft }) => { draft.body = Buffer.alloc(2 ** 20 + 1, 'x') },
  'The patch has an operation that is not offered.': ({ draft }) => { draft.body = [{ operation: 'transform', field: '/text', value: 1 }] },
  'The parent of the resource does not exist.': ({ draft }) => { draft.url = draft.url.replace('/r/', '/none/') },
  'The document does not exist.': ({ operation, subject, draft }) => {
    if (operation.target === 'instance') draft.url = `${subject.url}/absent`
    if (operation.method === 'PUT') draft.headers['if-match'] = '*'
  },
  'The document is gone for good.': async (scene) => {
    await existing(scene, { until: '2000-01-01T00:00:00Z' })
    if (isProvided(scene)) scene.draft.headers['x-test'] = 'gone'
  },
  'The conditions of the request cannot be judged here.': header('if-none-match', '"a"'),
  'The caller may not do this to the document.': async (scene) => {
    await existing(scene, { owner: 'forbidden' })
    if (scene.operation.target === 'collection') scene.draft.body = { ...scene.subject.content, owner: 'forbidden' }
  },
  'The document is hidden from the caller.': async (scene) => { await existing(scene, { owner: 'hidden' }) },
  '`If-Match` is false.': async (scene) => {
    await existing(scene)
    scene.draft.headers['if-match'] = '"stale"'
    if (isBlind(scene)) scene.draft.headers['x-test'] = 'lost race'
  },
  '`If-None-Match` names the current state.': async (scene) => {
    await existing(scene)
    scene.draft.headers['if-none-match'] = '*'
  },
  '`If-None-Match` is false.': async (scene) => {
    await existing(scene)
    scene.draft.headers['if-none-match'] = '*'
    if (scene.operation.method === 'PUT' && !onlyCreates(scene) && !isBlind(scene)) scene.draft.headers['if-match'] = '*'
  },
  'The change does not fit the current state: an id or unique value is taken, the patch does not apply, or others changed the document meanwhile.': conflict,
  'Success.': async (scene) => {
    await existing(scene)
    if (scene.operation.does.has('action')) scene.draft.query = '?_action=reset'
  },
  'Created.': ({ operation, subject, draft }) => {
    if (operation.target === 'instance') draft.url = `${subject.url}/${crypto.randomUUID()}`
    if (operation.method === 'PUT') delete draft.headers['if-match']
    if (operation.method === 'PUT') draft.headers['if-none-match'] = '*'
  },
  'The action has no result.': async (scene) => {
    await existing(scene)
    scene.draft.query = '?_action=ping'
    scene.draft.body = null
  },
  'An unexpected failure.': says('hook fails'),
  'Temporarily unavailable.': says('overloaded')
}

async function conflict (scene: Scene): Promise<void | (() => void)> {
  const { operation: { method, does, resource }, subject, store, draft, put } = scene
  if (does.has('create') && method === 'POST') {
    draft.body = { ...subject.content, text: 'other', _id: await put({ ...subject.content, text: crypto.randomUUID() }) }
    return
  }
  await existing(scene)
  if (onlyCreates(scene)) return withoutConditions(scene)
  if (resource.definition.unique !== undefined && does.has('update')) {
    const text = crypto.randomUUID()
    await put({ ...subject.content, text })
    draft.body = { ...subject.content, text }
    return
  }
  if (does.has('patch') && !isBlind(scene)) {
    draft.headers['content-type'] = 'application/json-patch+json'
    draft.body = [{ op: 'test', path: '/text', value: 'not this' }]
    return
  }
  withoutConditions(scene)
  draft.headers['x-test'] = 'lost race'
  draft.body = { ...subject.content, text: 'changed' }
  if (does.has('patch')) draft.body = []
  if (store === undefined) return
  store.lost = true
  return () => { store.lost = false }
}

/** Provokes an answer; the application is to be new. */
export async function provoke (app: FastifyInstance, port: number, subject: Subject, operation: DescribedOperation, { why }: DescribedAnswer): Promise<{ readonly request: WireRequest, readonly response: WireResponse }> {
  const handle = [...app.resources.values()][0] as unknown as AnyHandle
  const provocation = provocations[why]
  if (provocation === undefined) throw new Error(`nobody knows how to provoke: ${why}`)
  const draft = base(subject, operation)
  const undo = await provocation({ subject, operation, handle, store: subject.definition.store as { lost: boolean } | undefined, put: (content) => put(handle, subject, content), draft })
  const { url, query, headers: { host, ...headers }, body } = draft
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  const request: WireRequest = { method: operation.method, url: url + query, headers, ...(bytes === undefined ? {} : { body: bytes }) }
  const connection = await connect(port)
  try {
    const text = serialize(request, { close: true })
    const response = await connection.exchange(host === '' ? Buffer.from(text.toString('latin1').replace('Host: localhost\r\n', ''), 'latin1') : text, request.method)
    return { request, response }
  } finally {
    connection.close()
    undo?.()
  }
}

/** A request that would succeed where its target is there. */
function base ({ url, content: { text, ...others } }: Subject, { target, method, does, resource: { revisionRequired } }: DescribedOperation): Draft {
  const takesContent = ['POST', 'PUT', 'PATCH'].includes(method)
  const content = text === undefined ? others : { ...others, text: crypto.randomUUID() }
  const body = { POST: does.has('create') ? content : null, PUT: content, PATCH: [] as unknown }[method as 'POST' | 'PUT' | 'PATCH']
  const creates = method === 'PUT' && !does.has('update')
  return {
    url: target === 'instance' ? `${url}/here` : url,
    query: method === 'POST' && !does.has('create') ? '?_action=ping' : '',
    headers: {
      ...(takesContent ? { 'content-type': 'application/json' } : {}),
      ...(revisionRequired && ['PUT', 'PATCH', 'DELETE'].includes(method) ? (creates ? { 'if-none-match': '*' } : { 'if-match': '*' }) : {})
    },
    body: takesContent ? body : undefined
  }
}

async function put (handle: AnyHandle, { url, definition }: Subject, content: JsonObject): Promise<string> {
  const id = definition.kind === 'singleton' ? '' : crypto.randomUUID()
  if (definition.store === undefined) {
    if (definition.provider?.read === undefined) return 'here'
    if (id === '') await handle.update(content)
    else await handle.create(content, { id })
    return id
  }
  // What is not offered is not offered in process either.
  const collection = definition.store.collection(url, rulesOf(url, definition))
  const slot = await collection.read(id)
  const outcome = await (slot.kind === 'document' ? collection.replace(id, slot.document.revision, content) : collection.insert(id, content))
  if (outcome.kind !== 'written') throw new Error(`${url}/${id}: ${outcome.kind}`)
  return id
}
