import { andThen } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import { isTrusted } from '../decision/ask.ts'
import { isJudgedAsSent } from '../decision/content-row.ts'
import { askRule } from '../decision/document-rule.ts'
import { refuseServerMember } from '../decision/server-members.ts'
import { jsonEqual } from '../crest/json-equal.ts'
import { resolvePointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { changedMember, keepMembers } from '../crest/member-rules.ts'
import { applyPatch } from '../crest/patch.ts'
import { ownCopy, plainObject } from '../crest/plain-object.ts'
import { concealing } from '../declare/content-rules.ts'
import type { Document } from '../declare/provider.ts'
import { Forbidden, InternalServerError, NotImplemented } from '../errors.ts'
import type { Awaitable, JsonObject } from '../json.ts'
import type { JsonLimits } from '../limits.ts'
import { checked } from './change.ts'
import { changeThroughVersion, createThroughVersion } from './through-version.ts'

/*
 * From what the client sent to what is written: the versions, the rules about members, `prepare` and the schema, in this
 * order. All of it belongs to row 21.
 */

/** The content of a document that is created. */
export function createdContent (ask: Ask, id: string | undefined): Awaitable<JsonObject> {
  const { resource: { members }, contract: { mapping }, content: sent = {}, operation } = ask
  const isJudged = isJudgedAsSent(ask)
  const content = checked(() => {
    if (mapping !== undefined) return createThroughVersion(ask, mapping, sent, isJudged)
    // Row 16 has judged this of a create, before defaults were filled in.
    if (operation !== 'create' && !isTrusted(ask)) refuseServerMember(changedMember(members.readOnly, undefined, sent))
    return sent
  })
  return finish(ask, 'create', id, undefined, content, mapping === undefined && isJudged)
}

/** The content of a document after an update. Without `stored` it is not known what it replaces. */
export function updatedContent (ask: Ask, id: string, stored: Document | undefined): Awaitable<JsonObject> {
  const { contract: { mapping }, resource: { members }, content: sent = {} } = ask
  // What is stored may still have to be parsed: where nothing asks what it was, nobody looks.
  if (mapping === undefined && isJudgedAsSent(ask) && members.kept.length === 0) return sent
  const before = stored?.content
  const content = checked(() => before === undefined ? sent : replaced(ask, before, sent))
  return finish(ask, 'update', id, before, content, mapping === undefined && isJudgedAsSent(ask))
}

/**
 * The content of a document after a patch, which applies to the document as its sender knows it.
 *
 * @param before that of the document, as `contentToChange` tells it
 */
export function patchedContent (ask: Ask, document: Document, before: JsonObject): Awaitable<JsonObject> {
  const { resource: { members }, contract: { mapping } } = ask
  const content = checked(() => {
    if (isTrusted(ask) && mapping === undefined) return patched(ask, document, before)
    const changed = mapping === undefined
      ? patchedAsStored(ask, document, before)
      : changeThroughVersion(ask, mapping, before, false, (visible) => patched(ask, document, visible))
    refuseServerMember(changedMember(members.readOnly, before, changed, { missing: true }))
    return changed
  })
  return finish(ask, 'patch', document.id, before, content, false)
}

/** Row 21 for the rule of row 18: the document that would be there after the write. */
export function resultIsAllowed (ask: Ask, operation: 'create' | 'update' | 'patch', id: string | undefined, revision: string | undefined, content: JsonObject): void {
  if (askRule(ask, { id, revision, content }, operation) === true) return
  checked(() => { throw new Forbidden('The caller may not make this of the document') })
}

/** A PUT replaces what the caller can see and set; the rest is kept. */
function replaced (ask: Ask, before: JsonObject, sent: JsonObject): JsonObject {
  const { resource: { members }, contract: { mapping } } = ask
  if (isTrusted(ask) && mapping === undefined) return sent
  if (mapping === undefined) refuseServerMember(changedMember(members.internal, undefined, sent))
  const content = mapping === undefined ? sent : changeThroughVersion(ask, mapping, before, true, () => sent)
  refuseServerMember(changedMember(members.readOnly, before, content))
  const kept = keepMembers(members.kept, before, content)
  // What lies in the way of a member, such as null in the place of its parent, would remove it.
  refuseServerMember(changedMember(members.readOnly, before, kept, { missing: true }))
  return kept
}

/** Internal members are the server's alone: a patch does not even meet them. */
function patchedAsStored (ask: Ask, document: Document, before: JsonObject): JsonObject {
  const { members: { hideInternal, internal } } = ask.resource
  if (hideInternal === undefined) return patched(ask, document, before)
  const result = patched(ask, document, hideInternal(before))
  refuseServerMember(changedMember(internal, undefined, result))
  return keepMembers(internal, before, result)
}

function patched ({ patch, resource, contract }: Ask, { id, revision }: Document, content: JsonObject): JsonObject {
  if (patch === undefined) throw new NotImplemented('patch is not offered here')
  return applyPatch(content, patch, { id: resource.kind === 'singleton' ? undefined : id, revision, isSet: contract.isSet, limits: resource.limits })
}

/** `prepare`, and the schema where it has not been judged yet; the content to be written. */
function finish (ask: Ask, operation: 'create' | 'update' | 'patch', id: string | undefined, before: JsonObject | undefined, content: JsonObject, isJudged: boolean): Awaitable<JsonObject> {
  if (isJudged) return content
  const { resource: { prepare, path, limits }, principal } = ask
  // Copies of its own: the schema fills in defaults, and a change that lost a race is made anew. What nobody changes need not be copied.
  const isKept = prepare === undefined && ask.contract.isStored && !ask.contract.fillsDefaults
  const copy = isKept ? content : ownCopy(content)
  const judged = (prepared: JsonObject): JsonObject => {
    checked(() => concealing(secretsIn(ask, before, prepared), () => ask.contract.checkStored(prepared)))
    // A patch that touches nothing changes nothing: neither does it fill in defaults.
    return prepare === undefined && operation === 'patch' && content === before ? content : prepared
  }
  if (prepare === undefined) return judged(copy)
  return andThen<unknown, JsonObject>(prepare({ operation, id, before: structuredClone(before), content: copy, principal }), (prepared) => judged(toPlain(prepared, path, limits)))
}

/** The write-only members that hold, or may hold, what the caller has not sent: nothing must be told of them. */
function secretsIn (ask: Ask, before: JsonObject | undefined, content: JsonObject): readonly JsonPointer[] {
  if (isTrusted(ask) || before === undefined) return []
  return ask.resource.members.writeOnly.filter((pointer) => {
    const stored = resolvePointer(before, pointer)
    const value = resolvePointer(content, pointer)
    return stored !== undefined && value !== undefined && (typeof value === 'object' || jsonEqual(stored, value))
  })
}

/** What `prepare` returned, as JSON has it; `_id` and `_rev` are ours. */
function toPlain (prepared: unknown, path: string, limits: JsonLimits): JsonObject {
  const plain = checked(() => plainObject(prepared, limits))
  if (plain === undefined) throw new InternalServerError(`prepare of ${path} did not return an object`)
  return plain
}
