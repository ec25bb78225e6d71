import type { FastifyReply } from 'fastify'
import type { FieldProjection } from '../crest/fields.ts'
import { renderField } from '../crest/mime-type.ts'
import type { Refusal, Settled } from '../decision/answer.ts'
import type { Ask } from '../decision/ask.ts'
import { modifiedRow, successRow } from '../decision/order.ts'
import type { ErrorTrace } from '../decision/trace.ts'
import type { Document } from '../declare/provider.ts'
import { formatEntityTag } from '../http/entity-tag.ts'
import { prefersMinimal } from '../http/prefer.ts'
import { collectionPath } from '../operations/collection-path.ts'
import type { Outcome } from '../operations/outcome.ts'
import { describe, settle } from './answer-head.ts'
import { documentBody, pageBody, valueBody } from './document-body.ts'
import { sendError } from './send-error.ts'

/** Of a document only `_id` and `_rev`. */
const noFields: FieldProjection = { whole: false, members: new Map() }

/** Row 22: sends how an operation ended well. */
export function sendOutcome (reply: FastifyReply, ask: Ask, outcome: Outcome): FastifyReply {
  if (outcome.kind === 'refused') return sendError(reply, ask.resource, outcome.error, outcome, ask)
  const { prettyPrint } = ask
  const minimal = isMinimal(ask)
  const style = { fields: minimal ? noFields : ask.fields, prettyPrint, singleton: ask.resource.kind === 'singleton' }
  describe(reply, ask)
  if (minimal) reply.header('preference-applied', 'return=minimal')
  switch (outcome.kind) {
    case 'not-modified': return settle(reply, ask, { status: 304, entityTag: tagOf(outcome.document) }, modifiedRow)
    case 'document':
      if (outcome.created) reply.header('location', locationOf(ask, outcome.document))
      return settle(reply, ask, { status: outcome.created ? 201 : 200, entityTag: tagOf(outcome.document) }, successRow, documentBody(outcome.document, style))
    case 'deleted': return settle(reply, ask, { status: 200, entityTag: undefined }, successRow, documentBody(outcome.document, style))
    case 'results': return settle(reply, ask, { status: 200, entityTag: 'by-content' }, successRow, pageBody(outcome.page, style))
    case 'value': return settle(reply, ask, { status: 200, entityTag: undefined }, successRow, valueBody(outcome.value, prettyPrint))
    case 'field': return sendField(reply, ask, outcome)
    case 'description': return sendDescription(reply, ask, outcome)
    case 'nothing': return settle(reply, ask, { status: 204, entityTag: undefined }, successRow)
  }
}

/** Sends the answer of a row that settled the request or refused it. */
export function sendVerdict (reply: FastifyReply, ask: Ask, verdict: Refusal | Settled, row: ErrorTrace['row']): FastifyReply {
  if (verdict.kind === 'refused') return sendError(reply, ask.resource, verdict.error, { row, headers: verdict.headers ?? {} }, ask)
  reply.headers(verdict.headers)
  return settle(reply, ask, { status: verdict.status, entityTag: undefined }, row)
}

/** `return=minimal` is about the answers to writes (RFC 7240 section 4.2). */
function isMinimal ({ resource, operation, headers }: Ask): boolean {
  return resource.prefer && operation !== 'read' && operation !== 'query' && operation !== 'action' && prefersMinimal(headers.prefer)
}

/** A member of the document as what it is; only what is harmless is shown by a browser instead of being saved. */
function sendField (reply: FastifyReply, ask: Ask, { document, value, mimeType }: Extract<Outcome, { kind: 'field' }>): FastifyReply {
  const { body, contentType, disposition } = renderField(mimeType, value)
  reply.header('x-content-type-options', 'nosniff')
  if (disposition !== undefined) reply.header('content-disposition', disposition)
  return settle(reply, ask, { status: 200, entityTag: tagOf(document) }, successRow, body, contentType)
}

/** A description has the tag of its text: it changes with the declaration alone. */
function sendDescription (reply: FastifyReply, ask: Ask, { text, revision }: Extract<Outcome, { kind: 'description' }>): FastifyReply {
  const entityTag = formatEntityTag(revision)
  return text === null ? settle(reply, ask, { status: 304, entityTag }, modifiedRow) : settle(reply, ask, { status: 200, entityTag }, successRow, text)
}

/** A 304 that a handler threw: it has no document, so its tag is the one that the request names, if it names one. */
export function sendNotModified (reply: FastifyReply, ask: Ask): FastifyReply {
  describe(reply, ask)
  const { ifNoneMatch } = ask
  const [tag, ...others] = ifNoneMatch?.kind === 'tags' ? ifNoneMatch.tags : []
  return settle(reply, ask, { status: 304, entityTag: tag === undefined || others.length > 0 ? undefined : formatEntityTag(tag.opaque) }, modifiedRow)
}

function tagOf ({ revision }: Document): string {
  return formatEntityTag(revision)
}

/** The absolute URI of a created document (RFC 9110 section 15.3.2). */
function locationOf ({ resource, params, request }: Ask, { id }: Document): string {
  const path = collectionPath(resource.path, params)
  const { protocol = 'http', host = '', raw } = request ?? {}
  const socket = raw?.socket
  // HTTP/1.0 knows no Host; the address that was reached stands in for it.
  const authority = host !== '' ? host : `${socket?.localAddress?.includes(':') === true ? `[${socket.localAddress}]` : socket?.localAddress ?? 'localhost'}:${socket?.localPort ?? 80}`
  return `${protocol}://${authority}${path}${resource.kind === 'singleton' ? '' : `/${encodeURIComponent(id)}`}`
}
