import type { Ask } from '../decision/ask.ts'
import { isTrusted } from '../decision/ask.ts'
import { isJudgedAsSent, secretRead } from '../decision/content-row.ts'
import { askRule } from '../decision/document-rule.ts'
import { excerpt, assertPlainJson } from '../crest/json-content.ts'
import { jsonEqual } from '../crest/json-equal.ts'
import { formatJsonPointer, resolvePointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { changedMember, keepMembers } from '../crest/member-rules.ts'
import { applyPatch, patchReads } from '../crest/patch.ts'
import { mergeVersions } from '../crest/version-chain.ts'
import type { Document } from '../declare/provider.ts'
import { BadRequest, Forbidden, InternalServerError, NotImplemented } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { checked } from './change.ts'

/*
 * From what the client sent to what is written: the versions, the rules about members, `prepare` and the schema, in this
 * order. All of it belongs to row 21.
 */

/** The content of a document that is created. */
export async function createdContent (ask: Ask, id: string | undefined): Promise<JsonObject> {
  const { resource: { members }, contract: { mapping }, content: sent = {} } = ask
  const content = checked(() => {
    const mapped = mapping === undefined ? sent : mapping.up(sent)
    if (!isTrusted(ask)) refuseReadOnly(changedMember(members.readOnly, undefined, mapped))
    return mapped
  })
  return finish(ask, 'create', id, undefined, content, mapping === undefined && content === sent && isJudgedAsSent(ask))
}

/** The content of a document after an update. Without `before` it is not known what it replaces. */
export async function updatedContent (ask: Ask, id: string, before: JsonObject | undefined): Promise<JsonObject> {
  const { contract: { mapping }, content: sent = {} } = ask
  const content = checked(() => before === undefined ? mapUp(ask, sent) : replaced(ask, before, sent))
  return finish(ask, 'update', id, before, content, mapping === undefined && content === sent && isJudgedAsSent(ask))
}

/** The content of a document after a patch, which applies to the document as the client's version shows it. */
export async function patchedContent (ask: Ask, document: Document): Promise<JsonObject> {
  const { resource: { members }, contract: { mapping } } = ask
  const { content: before } = document
  const content = checked(() => {
    const changed = mapping === undefined ? patched(ask, document, before) : patchedView(ask, document)
    if (!isTrusted(ask)) refuseReadOnly(changedMember(members.readOnly, before, changed, { missing: true }))
    return changed
  })
  return finish(ask, 'patch', document.id, before, content, false)
}

/** Row 21 for the rule of row 18: the document that would be there after the write. */
export function resultIsAllowed (ask: Ask, operation: 'create' | 'update' | 'patch', id: string | undefined, revision: string | undefined, content: JsonObject): void {
  if (askRule(ask, { id, revision, content }, operation) === true) return
  checked(() => { throw new Forbidden('The caller may not make this of the document') })
}

function mapUp ({ contract: { mapping } }: Ask, sent: JsonObject): JsonObject {
  return mapping === undefined ? sent : mapping.up(sent)
}

/** A PUT replaces what the caller can see and set; the rest is kept. */
function replaced (ask: Ask, before: JsonObject, sent: JsonObject): JsonObject {
  const { resource: { members }, contract: { mapping } } = ask
  const visible = isTrusted(ask) ? before : members.hide?.(before) ?? before
  const content = mapping === undefined ? sent : merged(ask, before, visible, () => sent)
  if (isTrusted(ask)) return content
  refuseReadOnly(changedMember(members.readOnly, before, content))
  const kept = keepMembers(members.kept, before, content)
  // What lies in the way of a member, such as null in the place of its parent, would remove it.
  refuseReadOnly(changedMember(members.readOnly, before, kept, { missing: true }))
  return kept
}

/** Through an older version only what it knows can change: the difference that it makes is applied to what is stored. */
function merged ({ contract: { mapping } }: Ask, before: JsonObject, visible: JsonObject, change: (view: JsonObject) => JsonObject): JsonObject {
  if (mapping === undefined) return change(before)
  const view = mapping.down(visible)
  return mergeVersions(before, mapping.up(view), mapping.up(change(view)))
}

/**
 * A patch through an older version applies to all that this version knows, so that it can remove a write-only member too;
 * under which names the version has them only its mapping knows, so what the patch reads is compared with what may be seen.
 */
function patchedView (ask: Ask, document: Document): JsonObject {
  const { resource: { members: { hide } }, contract: { mapping }, patch } = ask
  const { content } = document
  if (hide !== undefined && mapping !== undefined && patch !== undefined && !isTrusted(ask)) {
    const reads = patchReads(patch)
    const [all, visible] = reads.length === 0 ? [content, content] : [mapping.down(content), mapping.down(hide(content))]
    for (const { pointer, operation } of reads) {
      if (!sameAt(pointer, all, visible)) throw secretRead(operation, pointer)
    }
  }
  return merged(ask, content, content, (view) => judged(ask, patched(ask, document, view)))
}

function sameAt (pointer: JsonPointer, a: JsonObject, b: JsonObject): boolean {
  const [ours, theirs] = [resolvePointer(a, pointer), resolvePointer(b, pointer)]
  return ours === undefined || theirs === undefined ? ours === theirs : jsonEqual(ours, theirs)
}

function patched ({ patch, resource, contract }: Ask, { id, revision }: Document, content: JsonObject): JsonObject {
  if (patch === undefined) throw new NotImplemented('patch is not offered here')
  return applyPatch(content, patch, { ...(resource.kind === 'singleton' ? {} : { id }), revision, isSet: contract.isSet })
}

/** A copy that fits the schema of the version that was asked for, defaults filled in. */
function judged ({ contract }: Ask, content: JsonObject): JsonObject {
  const own = structuredClone(content)
  contract.checkContent(own)
  return own
}

function refuseReadOnly (pointer: JsonPointer | undefined): void {
  if (pointer === undefined) return
  const text = formatJsonPointer(pointer)
  throw new BadRequest(`Only the server sets ${JSON.stringify(excerpt(text))}`, { detail: { pointer: text } })
}

/** `prepare`, and the schema where it has not been judged yet; the content to be written. */
async function finish (
  { resource, contract, principal }: Ask,
  operation: 'create' | 'update' | 'patch',
  id: string | undefined,
  before: JsonObject | undefined,
  content: JsonObject,
  isJudged: boolean
): Promise<JsonObject> {
  if (isJudged) return content
  // A copy of its own: the schema fills in defaults, and a change that lost a race is made anew.
  const copy = structuredClone(content)
  const prepared = resource.prepare === undefined ? copy : toPlain(await resource.prepare({ operation, id, before, content: copy, principal }), resource.path)
  checked(() => contract.checkStored(prepared))
  return prepared
}

/** What `prepare` returned, as JSON has it: dates become texts, undefined members go, and `_id` and `_rev` are ours. */
function toPlain (prepared: unknown, path: string): JsonObject {
  const plain: unknown = prepared === undefined ? undefined : JSON.parse(JSON.stringify(prepared))
  if (!isJsonObject(plain)) throw new InternalServerError(`prepare of ${path} did not return an object`)
  checked(() => assertPlainJson(plain))
  const { _id, _rev, ...content } = plain
  return content
}
