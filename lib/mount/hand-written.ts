import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCondition } from '../decision/metadata-row.ts'
import { conflictUnlessConditional, toResourceError } from '../decision/translate-error.ts'
import type { Document } from '../declare/provider.ts'
import { InternalServerError, PreconditionFailed, PreconditionRequired } from '../errors.ts'
import { formatEntityTag, isRevision } from '../http/entity-tag.ts'
import { ifMatchHolds, ifNoneMatchHolds, suppliesRevision } from '../http/preconditions.ts'
import { documentBody } from './document-body.ts'
import { isConditional } from './handle-error.ts'
import { asItIs, jsonType } from './answer-head.ts'
import { sendError } from './send-error.ts'

const wholeDocument = { fields: undefined, prettyPrint: false, singleton: false }

function isSafe ({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** `reply.resource`: sends a document with its tag, or 304 (RFC 9110 section 13.1.2). */
export function sendDocument (this: FastifyReply, document: Document): FastifyReply {
  if (!isRevision(document.revision)) throw new InternalServerError('The revision is no text of visible ASCII without double quotes')
  this.header('etag', formatEntityTag(document.revision))
  if (!this.hasHeader('cache-control')) this.header('cache-control', 'no-cache')
  if (isSafe(this.request) && !ifNoneMatchHolds(readCondition('If-None-Match', this.request.headers['if-none-match']), document.revision)) {
    return this.code(304).removeHeader('content-type').send()
  }
  return this.header('content-type', jsonType).serializer(asItIs).send(documentBody(document, wholeDocument))
}

/** `request.precondition`: rows 15, 19 and 20 of the decision order for hand-written routes. */
export function judgePrecondition (this: FastifyRequest, revision: string | null, { required = false }: { readonly required?: boolean } = {}): void {
  const ifMatch = readCondition('If-Match', this.headers['if-match'])
  const ifNoneMatch = readCondition('If-None-Match', this.headers['if-none-match'])
  const operation = this.method === 'PUT' ? 'upsert' : 'patch'
  if (required && !isSafe(this) && !suppliesRevision(operation, { ifMatch, ifNoneMatch })) {
    throw new PreconditionRequired('The request must name the revision that it changes, in If-Match')
  }
  if (revision === null ? ifMatch !== undefined : !ifMatchHolds(ifMatch, revision)) throw new PreconditionFailed('If-Match is false')
  // On GET and HEAD a false If-None-Match is 304, which `reply.resource` answers.
  if (!isSafe(this) && revision !== null && !ifNoneMatchHolds(ifNoneMatch, revision)) throw new PreconditionFailed('If-None-Match is false')
}

/**
 * An error handler for hand-written routes: answers with the error object and a documented code.
 *
 * @example
 * app.setErrorHandler(errorHandler)
 */
export function errorHandler (error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  sendError(reply, undefined, conflictUnlessConditional(toResourceError(error), isConditional(request)))
}
