import { statusCodes } from '../../lib/status.ts'

/** The table of section 4, line by line as on the page: what is given, and what is answered to a request without conditions. */
const lines: ReadonlyArray<readonly [answer: number, ...given: ReadonlyArray<number | readonly [first: number, last: number]>]> = [
  [403, 402, 451],
  [401, 407],
  [503, 408, 425, 429, 502, 504, 507, 509],
  [400, 411, 413, 414, 416, 417, 418, 421, 422, 426, 431, 499],
  [409, 423, 424],
  [501, 505, 510],
  [500, 506, 508, 511, [520, 599]]
]

/** The documented code for a failure that is thrown (undocumented codes, sections 1 and 4). */
export function documented (status: number): number {
  if (!Number.isInteger(status) || status < 400 || status > 599) return 500
  if (statusCodes.includes(status as never)) return status
  for (const [answer, ...given] of lines) {
    if (given.some((one) => typeof one === 'number' ? one === status : status >= one[0] && status <= one[1])) return answer
  }
  return status < 500 ? 400 : 500
}

/** The documented code for one that is set, with content or without. */
export function documentedWhereSet (status: number, hasContent: boolean): number {
  if (statusCodes.includes(status as never)) return status
  if (status === 205) return 204
  if (status === 206) return 500
  if (status > 200 && status < 300) return hasContent ? 200 : 204
  return documented(status)
}
