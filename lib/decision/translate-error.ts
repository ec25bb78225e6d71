import { BadRequest, Conflict, InternalServerError, ResourceError, ServiceUnavailable, Unauthorized, UnsupportedMediaType } from '../errors.ts'
import { documentedErrorStatus } from '../http/documented-status.ts'

type Translation = (error: Error) => ResourceError

/** What `@fastify/jwt` says of a token by its code alone, without a status. */
const invalidToken: Translation = (cause) => new Unauthorized(cause.message, { cause })

/** Errors whose code says more than their status (undocumented codes, sections 2 and 3). */
const byCode: Readonly<Record<string, Translation>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (cause) => new BadRequest('The content is too large', { cause }),
  FST_ERR_HANDLER_TIMEOUT: (cause) => new ServiceUnavailable('The request took too long', { cause, retryAfter: 1 }),
  FST_INVALID_MULTIPART_CONTENT_TYPE: (cause) => new UnsupportedMediaType(cause.message, { cause }),
  FST_INVALID_JSON_FIELD_ERROR: (cause) => new BadRequest(cause.message, { cause }),
  FAST_JWT_INACTIVE: invalidToken,
  FAST_JWT_INVALID_ALGORITHM: invalidToken,
  FAST_JWT_INVALID_CLAIM_TYPE: invalidToken,
  FAST_JWT_INVALID_CRIT_HEADER: invalidToken,
  FAST_JWT_INVALID_PAYLOAD: invalidToken,
  FAST_JWT_INVALID_TYPE: invalidToken
}

/**
 * What was thrown, as a documented error. Believed are this library's errors, and `Error`s with an integer
 * `statusCode`; an upstream's `status`, texts and other values are unexpected failures (undocumented codes, section 4).
 */
export function toResourceError (thrown: unknown): ResourceError {
  if (thrown instanceof ResourceError) return thrown
  if (!(thrown instanceof Error)) return new InternalServerError('A value that is no Error was thrown', { cause: thrown })
  const { code, statusCode } = thrown as { readonly code?: unknown, readonly statusCode?: unknown }
  const translate = typeof code === 'string' && Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (translate !== undefined) return translate(thrown)
  if (typeof statusCode !== 'number') return new InternalServerError(thrown.message, { cause: thrown })
  const status = documentedErrorStatus(statusCode)
  return new ResourceError(status, status >= 500 ? undefined : thrown.message, { cause: thrown })
}

/** A 412 tells of a condition; where the request had none, the failure is a conflict (contract, section 5). */
export function conflictUnlessConditional (error: ResourceError, conditional: boolean): ResourceError {
  if (error.statusCode !== 412 || conditional) return error
  return new Conflict(error.message, { cause: error, ...(error.detail === undefined ? {} : { detail: error.detail }) })
}
