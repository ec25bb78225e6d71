import { documentedErrorStatus } from '../http/documented-status.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import {
  BadRequest, Conflict, Forbidden, Gone, InternalServerError, MethodNotAllowed, NotAcceptable, NotFound, NotImplemented,
  PreconditionFailed, PreconditionRequired, ServiceUnavailable, Unauthorized, UnsupportedMediaType
} from '../errors.ts'
import type { ErrorObject, ResourceError, ResourceErrorOptions } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { ErrorStatusCode } from '../status.ts'

/** What was received where no answer of a resource was: the `cause` of the error that is thrown for it. */
export interface UnexpectedAnswer {
  /** As it came; 0 for a redirect that a browser does not show. */
  readonly status: number
  readonly statusText: string
  /** The header value; the empty string where there is none. */
  readonly contentType: string
  /** The beginning of the body. */
  readonly body: string
}

/** A response that was read to its end. */
export interface Received {
  readonly response: Response
  readonly text: string
}

const classes: Readonly<Record<ErrorStatusCode, new (message?: string, options?: ResourceErrorOptions) => ResourceError>> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  405: MethodNotAllowed,
  406: NotAcceptable,
  409: Conflict,
  410: Gone,
  412: PreconditionFailed,
  415: UnsupportedMediaType,
  428: PreconditionRequired,
  500: InternalServerError,
  501: NotImplemented,
  503: ServiceUnavailable
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

// Enough of a page of HTML to see whose it is.
const longestBody = 2000

/**
 * The value of a successful answer, undefined where it has no content.
 *
 * @param name the method and path, for messages
 * @throws ResourceError for a failure, and for what is no answer of a resource: then with an {@link UnexpectedAnswer} as `cause`
 */
export function readAnswer ({ response, text }: Received, name: string): unknown {
  const value = parse(text)
  if (response.ok && value !== malformed) return value
  if (isErrorObject(value, response.status)) throw errorOf(value, response)
  throw unexpected({ response, text }, response.ok ? `${name} was answered with something other than JSON` : `${name} was answered ${describe(response)}, not by the resource`)
}

/** An answer that makes no sense; its status is made a documented one as the server does it, a success is 500. */
export function unexpected ({ response, text }: Received, message: string): ResourceError {
  const { status, statusText, headers } = response
  const cause: UnexpectedAnswer = { status, statusText, contentType: headers.get('content-type') ?? '', body: text.slice(0, longestBody) }
  return new classes[documentedErrorStatus(status)](message, { ...announced(response), cause })
}

function errorOf ({ code, reason, message, detail }: ErrorObject, response: Response): ResourceError {
  return new classes[code](message, { ...announced(response), reason, ...(detail === undefined ? {} : { detail }) })
}

/** What an error answer says in its header. */
function announced ({ headers }: Response): ResourceErrorOptions {
  const retryAfter = parseRetryAfter(headers.get('retry-after'))
  const allow = headers.get('allow')
  const challenge = headers.get('www-authenticate')
  return {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(allow === null ? {} : { allow: allow.split(',').map((method) => method.trim()).filter((method) => method !== '') }),
    ...(challenge === null ? {} : { challenge })
  }
}

function isErrorObject (value: unknown, status: number): value is ErrorObject {
  return isJsonObject(value) && value['code'] === status && Object.hasOwn(classes, status) &&
    typeof value['reason'] === 'string' && typeof value['message'] === 'string'
}

function describe ({ type, status, statusText }: Response): string {
  return type === 'opaqueredirect' || redirects.has(status) ? 'with a redirect' : `${status} ${statusText}`.trim()
}

const malformed = Symbol('malformed')

function parse (text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return malformed
  }
}
