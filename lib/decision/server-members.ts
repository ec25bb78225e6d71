import { excerpt } from '../crest/json-content.ts'
import { formatJsonPointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { BadRequest } from '../errors.ts'

/** Refuses a content that has, or changes, a member that only the server sets; undefined refuses nothing. */
export function refuseServerMember (pointer: JsonPointer | undefined): void {
  if (pointer === undefined) return
  const text = formatJsonPointer(pointer)
  throw new BadRequest(`Only the server sets ${JSON.stringify(excerpt(text))}`, { detail: { pointer: excerpt(text) } })
}
