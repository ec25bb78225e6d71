/**
 * The only final status codes that a resource ever answers, frozen.
 * Each keeps its documented meaning of Common REST and RFC 9110 / RFC 6585.
 *
 * @example
 * statusCodes.includes(response.statusCode) // true for every answer of a resource
 */
export const statusCodes: readonly [200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 428, 500, 501, 503] =
  Object.freeze([200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 428, 500, 501, 503] as const)

/** One of the 18 documented status codes. */
export type StatusCode = (typeof statusCodes)[number]

/** A documented code that reports a failure: the `code` of an error object. */
export type ErrorStatusCode = Exclude<StatusCode, 200 | 201 | 204 | 304>

const documented: ReadonlySet<number> = new Set(statusCodes)

/** Whether `code` is one of the 18 documented codes. */
export function isStatusCode (code: number): code is StatusCode {
  return documented.has(code)
}

/** The reason phrases of the error object (Common REST, status codes), by code. */
export const reasonPhrases: Readonly<Record<ErrorStatusCode, string>> = Object.freeze({
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  415: 'Unsupported Media Type',
  428: 'Precondition Required',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable'
})
