import { isStatusCode } from '../status.ts'
import type { ErrorStatusCode, StatusCode } from '../status.ts'

/**
 * What is answered instead of an undocumented failure code (undocumented-codes section 4). A code that is neither
 * here nor documented falls back on the `x00` of its class (RFC 9110 section 15).
 */
export const failureTranslations: ReadonlyMap<number, ErrorStatusCode> = new Map<number, ErrorStatusCode>([
  [402, 403], // refused for a reason that credentials cannot cure
  [407, 401],
  [408, 503], // a handler's wait that may succeed on retry
  [411, 400],
  [413, 400],
  [414, 400],
  [416, 400],
  [417, 400],
  [418, 400],
  [421, 400],
  [422, 400], // invalid input; the state of the document is not involved
  [423, 409], // the current state forbids it
  [424, 409],
  [425, 503], // come back later
  [426, 400],
  [429, 503],
  [431, 400],
  [451, 403],
  [499, 400],
  [502, 503], // temporary, elsewhere
  [504, 503],
  [505, 501], // functionality that is not supported
  [506, 500],
  [507, 503],
  [508, 500],
  [509, 503],
  [510, 501],
  [511, 500]
])

/**
 * The documented code to answer instead of a status that a handler *set*. A documented code is its own answer, also
 * where its place is wrong (a 304 to a POST): the caller judges that. What is no failure and cannot be translated
 * (a redirect, part of the content, an interim answer, a code out of range) is a programming error: 500.
 *
 * The answer must then be completed: no content under 204, an error object and its headers from 400 up.
 *
 * @param hasContent whether the answer has content; it decides between 200 and 204
 * @example
 * documentedStatus(202, false) // 204
 */
export function documentedStatus (code: number, hasContent: boolean): StatusCode {
  if (isStatusCode(code)) return code
  if (code === 205) return 204
  // Calling a part the whole would be a lie
  if (code === 206) return 500
  if (Number.isInteger(code) && code > 200 && code < 300) return hasContent ? 200 : 204
  return documentedErrorStatus(code)
}

/**
 * The documented code to answer instead of the status of a *thrown* error. What is no failure code (below 400, above
 * 599, not an integer) is 500.
 *
 * @example
 * documentedErrorStatus(422) // 400
 */
export function documentedErrorStatus (code: number): ErrorStatusCode {
  if (isErrorStatusCode(code)) return code
  if (!Number.isInteger(code)) return 500
  return failureTranslations.get(code) ?? (code >= 400 && code < 500 ? 400 : 500)
}

function isErrorStatusCode (code: number): code is ErrorStatusCode {
  return code >= 400 && isStatusCode(code)
}
