import { idProblem } from '../crest/document-id.ts'
import { assertPlainJson, excerpt, parseJsonContent } from '../crest/json-content.ts'
import { changedMember, touches } from '../crest/member-rules.ts'
import { formatJsonPointer } from '../crest/json-pointer.ts'
import { patchLanguages, patchReads, readPatch } from '../crest/patch.ts'
import type { Patch } from '../crest/patch.ts'
import type { Resource } from '../declare/resource.ts'
import { BadRequest, ResourceError } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { ResourceLimits } from '../limits.ts'
import { readMediaType } from '../http/content-type.ts'
import { find, refuse } from './answer.ts'
import type { Verdict } from './answer.ts'
import { isTrusted } from './ask.ts'
import type { Ask, Findings } from './ask.ts'
import { refuseServerMember } from './server-members.ts'

/** Where row 16 finds the content: bytes from the wire, or a value that an in-process call was given. */
export type ContentSource =
  | { readonly kind: 'bytes', readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'value', readonly value: JsonValue | undefined }

/** Row 16. The last thing that can be judged without the store; the size limit is the parser's (decision order 3.9). */
export function contentIsValid (ask: Ask, source: ContentSource): Verdict {
  if (!takesContent(ask)) return undefined
  try {
    return find(judge(ask, read(source, ask.resource.limits)))
  } catch (error) {
    if (error instanceof ResourceError) return refuse(error)
    throw error
  }
}

/** Whether content means anything in the method of a request. */
export function takesContent ({ method }: Pick<Ask, 'method'>): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

function read (source: ContentSource, limits: ResourceLimits): JsonValue | undefined {
  if (source.kind === 'bytes') {
    return source.bytes === undefined || isBlank(source.bytes) ? undefined : parseJsonContent(source.bytes, limits)
  }
  if (source.value !== undefined) assertPlainJson(source.value, limits)
  return source.value
}

/** Only JSON white space (RFC 8259 section 2) is no content. */
function isBlank (bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false
  return true
}

function judge (ask: Ask, value: JsonValue | undefined): Findings {
  if (ask.operation === 'action') return judgeAction(ask, value)
  if (value === undefined) throw new BadRequest('The request has no content')
  return ask.operation === 'patch' ? judgePatch(ask, value) : judgeDocument(ask, value)
}

function judgeAction ({ contract, action }: Ask, value: JsonValue | undefined): Findings {
  contract.actions.get(action ?? '')?.checkContent(value)
  return { actionContent: value }
}

/** In process, and as the part of a multipart content, a patch is a list of Common REST. */
function judgePatch (ask: Ask, value: JsonValue): Findings {
  const type = readMediaType(ask.headers.contentType ?? '')?.type ?? ''
  const patch = readPatch(patchLanguages.has(type) ? type : 'application/json', value, ask.resource.limits)
  if (!isTrusted(ask)) refuseToldSecrets(ask, patch)
  return { patch }
}

/** What a patch copies, moves or compares, its sender could learn. */
function refuseToldSecrets ({ resource: { members } }: Ask, patch: Patch): void {
  const secret = patchReads(patch).find(({ pointer }) => touches(pointer, members.writeOnly))
  if (secret === undefined) return
  throw new BadRequest(`The patch cannot ${secret.operation} ${JSON.stringify(excerpt(formatJsonPointer(secret.pointer)))}: it holds a write-only member`)
}

/**
 * Whether row 16 judges a document against its schema. Where `prepare` sets members first, or members that the content
 * lacks are kept from the stored document, the schema waits for row 21.
 */
export function isJudgedAsSent (ask: Ask): boolean {
  const { resource, contract, operation } = ask
  const keeps = operation !== 'create' && resource.members.kept.length > 0 && !isTrusted(ask)
  return !keeps && (contract.mapping !== undefined || resource.prepare === undefined)
}

function judgeDocument (ask: Ask, value: JsonValue): Findings {
  if (!isJsonObject(value)) throw new BadRequest('The content must be a JSON object')
  const { _id: id } = value
  const content = withoutServerMembers(value)
  const contentId = ask.operation === 'create' && ask.target === 'collection' ? readContentId(id, ask.resource) : undefined
  // Before defaults are filled in: those are the server's.
  if (ask.operation === 'create' && ask.contract.mapping === undefined && !isTrusted(ask)) {
    refuseServerMember(changedMember(ask.resource.members.readOnly, undefined, content))
  }
  if (isJudgedAsSent(ask)) ask.contract.checkContent(content)
  if (ask.target === 'instance') idAgrees(id, ask.id)
  return { content, contentId }
}

/** Most contents have neither, and are taken as they are: they belong to the request alone. */
function withoutServerMembers (value: JsonObject): JsonObject {
  if (!Object.hasOwn(value, '_id') && !Object.hasOwn(value, '_rev')) return value
  const { _id, _rev, ...content } = value
  return content
}

/** An id that begins with the name of its collection is a path by mistake (ruling R17). */
function readContentId (id: JsonValue | undefined, { path, limits: { idLength } }: Resource): string | undefined {
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string' || idProblem(id, idLength) !== undefined) {
    throw new BadRequest(`_id must be a text of 1 to ${idLength} bytes of UTF-8 without control characters, and not . or ..`)
  }
  const collection = path.slice(path.lastIndexOf('/') + 1)
  if (id.startsWith(`${collection}/`)) throw new BadRequest('_id names the path of its collection', { detail: { pointer: '/_id' } })
  return id
}

function idAgrees (id: JsonObject['_id'], pathId: string | undefined): void {
  if (id !== undefined && id !== null && id !== pathId) throw new BadRequest('_id differs from the id in the path', { detail: { pointer: '/_id' } })
}
