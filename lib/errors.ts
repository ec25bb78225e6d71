import { reasonPhrases } from './status.ts'
import type { ErrorStatusCode } from './status.ts'

/** What the constructor of every {@link ResourceError} takes beside the message; all optional. */
export interface ResourceErrorOptions {
  /** Machine-readable data for the client: the `detail` member of the error object. Any JSON value. */
  readonly detail?: unknown
  /** The underlying failure. Logged, never sent. */
  readonly cause?: unknown
  /** The reason phrase, default that of the status code. */
  readonly reason?: string
  /** When to come back, for 503: seconds from now, or the instant (RFC 9110 section 10.2.3). */
  readonly retryAfter?: number | Date
  /** The `WWW-Authenticate` value of a 401, default the `challenge` option (RFC 9110 section 11.6.1). */
  readonly challenge?: string
  /** The methods that are allowed, for 405 (RFC 9110 section 10.2.1). */
  readonly allow?: readonly string[]
}

/** The JSON body of every error answer. */
export interface ErrorObject {
  /** The status code of the answer. */
  readonly code: ErrorStatusCode
  /** The reason phrase, default that of the status code. */
  readonly reason: string
  /** Human text; that of an unexpected failure is never shown, a fixed one is sent. */
  readonly message: string
  /** Machine-readable data, any JSON value; absent where there is none, and with code 500. */
  readonly detail?: unknown
}

/**
 * The problem details of an error (RFC 9457 section 3.1), sent as `application/problem+json` to clients that ask for it.
 * The members of the {@link ErrorObject} are there too, except that its `detail` is called `data`: the name is taken.
 */
export interface ProblemObject {
  /** No more is said than by the status code (RFC 9457 section 4.2.1). */
  readonly type: 'about:blank'
  /** The same as `reason`. */
  readonly title: string
  /** The same as `code`. */
  readonly status: ErrorStatusCode
  /** The same as `message`. */
  readonly detail: string
  /** The status code of the answer. */
  readonly code: ErrorStatusCode
  /** The reason phrase, default that of the status code. */
  readonly reason: string
  /** Human text; that of an unexpected failure is never shown, a fixed one is sent. */
  readonly message: string
  /** Machine-readable data, any JSON value; absent where there is none, and with code 500. */
  readonly data?: unknown
}

/**
 * A failure with one of the documented status codes. Handlers, rules and in-process operations throw it;
 * over HTTP it becomes the error object `{ code, reason, message, detail? }`.
 *
 * @example
 * throw new ResourceError(409, 'the basket is locked', { detail: { basket: 'b7' } })
 */
export class ResourceError extends Error {
  /** The status code that the failure is answered with. */
  readonly statusCode: ErrorStatusCode
  /** The reason phrase, default that of the status code. */
  readonly reason: string
  /** Machine-readable data for the client, any JSON value; undefined where there is none. */
  declare readonly detail?: unknown
  /** When to come back: seconds from now, or the instant; undefined where nobody said. */
  declare readonly retryAfter?: number | Date
  /** The `WWW-Authenticate` value of a 401; undefined is the `challenge` option. */
  declare readonly challenge?: string
  /** The methods that are allowed, for 405; undefined is what the target declares. */
  declare readonly allow?: readonly string[]

  /**
   * @param statusCode one of the documented failure codes; anything else throws a `RangeError`
   * @param message human text, shown to the client; default the reason phrase
   */
  constructor (statusCode: ErrorStatusCode, message?: string, options: ResourceErrorOptions = {}) {
    if (!Object.hasOwn(reasonPhrases, statusCode)) {
      throw new RangeError(`${statusCode} is not a documented failure code`)
    }
    super(message ?? options.reason ?? reasonPhrases[statusCode], 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.statusCode = statusCode
    this.reason = options.reason ?? reasonPhrases[statusCode]
    if (options.detail !== undefined) this.detail = options.detail
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
    if (options.challenge !== undefined) this.challenge = options.challenge
    if (options.allow !== undefined) this.allow = options.allow
  }
}

/** 400: the request cannot be understood, or its content breaks the schema. */
export class BadRequest extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(400, message, options) }
}

/** 401: who is asking is not known; sent with `WWW-Authenticate`. */
export class Unauthorized extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(401, message, options) }
}

/** 403: the caller may not do this. */
export class Forbidden extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(403, message, options) }
}

/** 404: there is no such document or resource. */
export class NotFound extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(404, message, options) }
}

/** 405: no declared operation of the target uses this method; sent with `Allow`. */
export class MethodNotAllowed extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(405, message, options) }
}

/** 406: neither the asked media type nor the asked API version is available. */
export class NotAcceptable extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(406, message, options) }
}

/** 409: the change does not fit the current state. */
export class Conflict extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(409, message, options) }
}

/** 410: the document was there and will not come back. */
export class Gone extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(410, message, options) }
}

/** 412: a condition of the request is false. Where the request had no conditional header it is answered 409. */
export class PreconditionFailed extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(412, message, options) }
}

/** 415: the media type or coding of the content is not supported. */
export class UnsupportedMediaType extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(415, message, options) }
}

/** 428: the operation must name a revision (RFC 6585 section 3). */
export class PreconditionRequired extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(428, message, options) }
}

/** 500: an unexpected failure. Its message is logged and never shown. */
export class InternalServerError extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(500, message, options) }
}

/** 501: the method, action, query or function is not offered. */
export class NotImplemented extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(501, message, options) }
}

/** 503: disabled, draining, or temporarily unavailable; sent with `Retry-After` where known. */
export class ServiceUnavailable extends ResourceError {
  constructor (message?: string, options?: ResourceErrorOptions) { super(503, message, options) }
}

/** The error object of `error`, as it is sent: an unexpected failure never shows its message. */
export function toErrorObject (error: ResourceError): ErrorObject {
  return {
    code: error.statusCode,
    reason: error.reason,
    message: error.statusCode === 500 ? 'An unexpected failure occurred' : error.message,
    ...(error.detail === undefined || error.statusCode === 500 ? {} : { detail: error.detail })
  }
}

/** The problem details of `error` (RFC 9457), which show what {@link toErrorObject} shows and nothing else. */
export function toProblem (error: ResourceError): ProblemObject {
  const { code, reason, message, detail } = toErrorObject(error)
  return {
    type: 'about:blank',
    title: reason,
    status: code,
    detail: message,
    code,
    reason,
    message,
    ...(detail === undefined ? {} : { data: detail })
  }
}
