import { idRule } from '../crest/document-id.ts'
import type { QueryPage } from '../declare/handle.ts'
import type { Document } from '../declare/provider.ts'
import { BadRequest } from '../errors.ts'
import { formatEntityTag, isRevision } from '../http/entity-tag.ts'
import { isJsonObject } from '../json.ts'
import { addressesOf, withQuery } from './address.ts'
import type { Connection } from './connection.ts'
import { readDocument, readPage } from './document.ts'
import type { AnyContent } from './document.ts'
import { editDocument } from './edit.ts'
import type { ClientRequest } from './exchange.ts'
import { collectHeaders } from './header-fields.ts'
import type { ClientActionOptions, ClientCallOptions, ClientQueryOptions, ClientReadOptions, ClientRevisionOptions, Edit, EditOptions } from './options.ts'
import { createQuery, joined, queryString } from './query.ts'
import type { ClientQuery } from './query.ts'
import { rememberRevisions } from './revisions.ts'
import { send } from './send.ts'

/** A document of a collection by its id; undefined is a singleton. */
type Target = string | undefined

type WriteMethod = 'PUT' | 'PATCH' | 'DELETE'

/** The operations of a resource, of a collection and of a singleton alike: which of them it is only the types know. */
export function createResource (connection: Connection, path: string): object {
  const addressOf = addressesOf(path)
  const revisions = rememberRevisions()

  const ask = async (id: Target, request: ClientRequest): Promise<Document<AnyContent>> =>
    readDocument(await send(connection, request), id === undefined ? 'singleton' : 'collection')

  /** Keeps the revision of what the caller is given. */
  async function keep (address: string, asked: Promise<Document<AnyContent>>): Promise<Document<AnyContent>> {
    const document = await asked
    revisions.learn(address, document.revision)
    return document
  }

  function read (id: Target, options: ClientCallOptions, fields?: readonly string[]): Promise<Document<AnyContent>> {
    const address = withQuery(addressOf(options.params, id), [['_fields', joined('fields', fields)]])
    return ask(id, { method: 'GET', address, repeatable: true, options })
  }

  function write (method: WriteMethod, id: Target, body: string | undefined, options: ClientCallOptions, revision: string | undefined): Promise<Document<AnyContent>> {
    const request: ClientRequest = { method, address: addressOf(options.params, id), body, repeatable: revision !== undefined && revision !== '*', options }
    if (revision !== undefined) return ask(id, { ...request, fields: { 'if-match': toTag(revision) } })
    // A PUT without a condition creates what is absent, but not below protocol version 2 (decision order 1.2).
    return ask(id, method === 'PUT' && id !== undefined ? { ...request, protocol: '1.0' } : request)
  }

  /** A write of the caller: of the revision that it names, under its own condition, or of the revision that is known. */
  async function change (method: WriteMethod, id: Target, body: string | undefined, options: ClientRevisionOptions = {}): Promise<Document<AnyContent>> {
    const address = addressOf(options.params, id)
    const revision = options.revision ?? revisions.of(address)
    if (options.revision !== undefined || options.headers === undefined) return keep(address, write(method, id, body, options, revision))
    // Once, because an iterator can be read only once.
    const headers = await collectHeaders([options.headers])
    const conditional = headers.has('if-match') || headers.has('if-none-match')
    const own = { ...options, headers }
    return keep(address, conditional ? ask(id, { method, address, body, repeatable: false, options: own }) : write(method, id, body, own, revision))
  }

  /** What it reads on its way is not the caller's: whoever else edits the document has not seen it. */
  async function editTarget (id: Target, edit: Edit<AnyContent>, options: EditOptions): Promise<Document<AnyContent>> {
    const address = addressOf(options.params, id)
    const document = await editDocument({
      read: async () => read(id, options),
      update: async (content, revision) => keep(address, write('PUT', id, toText(content), options, revision))
    }, edit, options)
    // Where nothing was written.
    revisions.notice(address, document.revision)
    return document
  }

  async function create (content: unknown, options: ClientCallOptions & { readonly id?: string } = {}): Promise<Document<AnyContent>> {
    const { params, id } = options
    const given = id === undefined || !isJsonObject(content) ? content : { ...content, _id: id }
    // What no path could name must not be made.
    if (id !== undefined) addressOf(params, id)
    const document = readDocument(await send(connection, { method: 'POST', address: addressOf(params), body: toText(given), repeatable: id !== undefined, options }), 'collection')
    revisions.learn(addressOf(params, document.id), document.revision)
    return document
  }

  async function page (options: ClientQueryOptions): Promise<QueryPage<AnyContent>> {
    const found = readPage(await send(connection, { method: 'GET', address: withQuery(addressOf(options.params), queryString(options)), repeatable: true, options }))
    for (const { id, revision } of found.results) revisions.notice(addressOf(options.params, id), revision)
    return found
  }

  async function act (name: string, options: ClientActionOptions & { readonly id?: string, readonly content?: unknown } = {}): Promise<unknown> {
    const { id, content, parameters = {}, params } = options
    const address = withQuery(addressOf(params, id), [...Object.entries(parameters), ['_action', name]])
    return (await send(connection, { method: 'POST', address, body: toText(content), repeatable: false, options })).value
  }

  return {
    path,
    create,
    read: async (...given: readonly unknown[]) => {
      const [id, options = {}] = targetOf(given, true)
      const { params, fields } = options as ClientReadOptions
      return keep(addressOf(params, id), read(id, options as ClientReadOptions, fields))
    },
    update: async (...given: readonly unknown[]) => {
      const [id, content, options] = targetOf(given)
      return change('PUT', id, toText(content), options as ClientRevisionOptions)
    },
    patch: async (...given: readonly unknown[]) => {
      const [id, operations, options] = targetOf(given)
      return change('PATCH', id, toText(operations), options as ClientRevisionOptions)
    },
    delete: async (id: string, options?: ClientRevisionOptions) => {
      // What it answers stays known, so that it is not written again unseen over what others make in its place.
      return change('DELETE', checkId(id), undefined, options)
    },
    edit: async (...given: readonly unknown[]) => {
      const [id, edit, options = {}] = targetOf(given)
      return editTarget(id, edit as Edit<AnyContent>, options as EditOptions)
    },
    query: (options: ClientQueryOptions = {}): ClientQuery<AnyContent> => createQuery(options, page),
    action: act
  }
}

/**
 * The arguments of an operation behind the id, which is undefined where there is none: only a singleton's begin with a
 * content, operations, a function or options.
 */
function targetOf (given: readonly unknown[], optional: boolean = false): readonly [id: Target, ...others: readonly unknown[]] {
  const [first] = given
  if (typeof first === 'string') return [first, ...given.slice(1)]
  const none = optional && first === undefined && given.length < 2
  if (!none && (first === null || (typeof first !== 'object' && typeof first !== 'function'))) throw new BadRequest(idRule())
  return [undefined, ...given]
}

function checkId (id: unknown): string {
  if (typeof id !== 'string') throw new BadRequest(idRule())
  return id
}

function toText (value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new BadRequest('The content is no JSON value', { cause })
  }
}

function toTag (revision: unknown): string {
  if (revision === '*') return '*'
  if (typeof revision !== 'string' || !isRevision(revision)) throw new BadRequest('revision is no text of visible ASCII without double quotes')
  return formatEntityTag(revision)
}
