import type { FastifyBaseLogger } from 'fastify'
import { toErrorObject, toProblem } from '../errors.ts'
import type { ResourceError } from '../errors.ts'
import { prefersProblem } from '../http/accept.ts'
import { isShared } from '../shared-errors.ts'
import { jsonType } from './answer-head.ts'
import { valueBody } from './document-body.ts'

/** The content of an error answer. */
export interface ErrorBody {
  readonly body: string
  readonly contentType: string
}

/** RFC 9457 section 3, with the charset that Fastify adds to every JSON type. */
const problemType = 'application/problem+json; charset=utf-8'

/**
 * The content of every error: problem details (RFC 9457) where `Accept` prefers them, the error object of Common REST
 * otherwise. A `detail` that is no JSON is logged and left out.
 */
export function errorBody (error: ResourceError, accept: string | undefined, prettyPrint: boolean, log: FastifyBaseLogger): ErrorBody {
  const asProblem = prefersProblem(accept)
  if (asProblem || prettyPrint) return writeBody(error, asProblem, prettyPrint, log)
  const known = bodies.get(error)
  if (known !== undefined) return known
  const body = writeBody(error, asProblem, prettyPrint, log)
  if (isShared(error)) bodies.set(error, body)
  return body
}

/** Of errors that answer all requests alike. */
const bodies = new WeakMap<ResourceError, ErrorBody>()

function writeBody (error: ResourceError, asProblem: boolean, prettyPrint: boolean, log: FastifyBaseLogger): ErrorBody {
  const contentType = asProblem ? problemType : jsonType
  const object = asProblem ? toProblem(error) : toErrorObject(error)
  try {
    return { contentType, body: valueBody(object, prettyPrint) }
  } catch (failure) {
    log.error({ err: failure }, 'The detail of an error is no JSON value')
    return { contentType, body: valueBody({ ...object, [asProblem ? 'data' : 'detail']: undefined }, prettyPrint) }
  }
}
