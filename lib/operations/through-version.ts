import type { Ask } from '../decision/ask.ts'
import { refuseServerMember } from '../decision/server-members.ts'
import { changedMember } from '../crest/member-rules.ts'
import { ownCopy } from '../crest/plain-object.ts'
import { mergeVersions } from '../crest/version-chain.ts'
import { concealing } from '../declare/content-rules.ts'
import type { VersionMapping } from '../declare/contract.ts'
import { InternalServerError, ResourceError } from '../errors.ts'
import type { JsonObject } from '../json.ts'

/**
 * What a change through an older version makes of a stored content. The change applies to what the version shows to its
 * caller, so nothing that is hidden can come out of it; its result, with what is hidden put back, is judged by the schema
 * of the version; and the difference that it makes, mapped up, is applied to what is stored, so that whatever the version
 * does not know survives. The stored content itself where the change changes nothing.
 *
 * @param fills whether the schema's defaults belong to the change, as in a PUT
 */
export function changeThroughVersion (ask: Ask, mapping: VersionMapping, stored: JsonObject, fills: boolean, change: (visible: JsonObject) => JsonObject): JsonObject {
  const { contract, resource: { members } } = ask
  const { visible, whole, base } = viewsOf(mapping, members.hideInternal?.(stored) ?? stored, members.hide?.(stored) ?? stored)
  const changed = change(visible)
  if (changed === visible) return stored
  const merged = mergeVersions(whole, visible, changed)
  const judged = ownCopy(merged)
  concealing(members.writeOnly, () => contract.checkContent(judged))
  const next = mapping.up(fills ? judged : merged)
  refuseServerMember(changedMember(members.internal, undefined, next))
  return mergeVersions(stored, base, next)
}

/** The content of a new document, sent through an older version. */
export function createThroughVersion ({ contract, resource: { members } }: Ask, mapping: VersionMapping, sent: JsonObject, isJudged: boolean): JsonObject {
  const own = isJudged ? sent : structuredClone(sent)
  if (!isJudged) contract.checkContent(own)
  const content = mapping.up(own)
  refuseServerMember(changedMember(members.readOnly, undefined, content))
  return content
}

/** What the version has of a document: all that clients may know of, what they may see of it, and all of it mapped up again. */
function viewsOf (mapping: VersionMapping, known: JsonObject, shown: JsonObject): { readonly whole: JsonObject, readonly visible: JsonObject, readonly base: JsonObject } {
  try {
    const whole = mapping.down(known)
    return { whole, visible: shown === known ? whole : mapping.down(shown), base: mapping.up(whole) }
  } catch (cause) {
    // Where a mapping refuses what is stored, the client has sent nothing wrong.
    throw cause instanceof ResourceError ? new InternalServerError(cause.message, { cause }) : cause
  }
}
