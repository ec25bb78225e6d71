import type { FastifyReply } from 'fastify'
import { defaultProtocol, formatContentApiVersion, parseAcceptApiVersion } from '../crest/api-version.ts'
import type { Ask } from '../decision/ask.ts'
import { toDecision } from '../decision/order.ts'
import type { ErrorTrace } from '../decision/trace.ts'
import { cacheControl } from '../http/cache-control.ts'
import { mergeVary } from '../http/vary.ts'
import { beginExchange, kExchange } from './exchange.ts'
import type { Answer } from './exchange.ts'

/** The media type of every answer with a document, a page or a result. */
export const jsonType = 'application/json; charset=utf-8'

/** Common REST, version warning. */
const warning = '100 CREST "Accept-API-Version should be included in the request."'

/** What every answer from row 10 on varies by. */
const ours = 'Accept, Accept-API-Version'

/** Where neither versions are declared nor one is asked for. */
const usual = formatContentApiVersion(defaultProtocol)

/** The header fields of every answer from row 10 on: what handlers added, what it varies by, and the version that was served. */
export function describe (reply: FastifyReply, ask: Ask): void {
  // What tells of all versions is served in none.
  if (ask.operation === 'describe') return varyBy(reply, 'Accept')
  const { protocol, version, contract, resource, headers, responseHeaders } = ask
  if (responseHeaders !== undefined) for (const [name, value] of responseHeaders) reply.header(name, value)
  if (resource.versionWarning && asksForNoVersion(headers)) reply.header('warning', warning)
  if (version !== undefined) reply.headers(contract.notices)
  varyBy(reply, ours)
  reply.header('content-api-version', protocol === defaultProtocol && version === undefined ? usual : formatContentApiVersion(protocol, version))
}

function varyBy (reply: FastifyReply, names: string): void {
  const vary = reply.getHeader('vary')
  reply.header('vary', vary === undefined ? names : mergeVary(vary, [names]))
}

function asksForNoVersion ({ acceptApiVersion }: Ask['headers']): boolean {
  const asked = parseAcceptApiVersion(acceptApiVersion)
  return asked.kind === 'versions' && asked.resource === undefined
}

/** Sends an answer that is no error, with the tag and the caching that were decided. */
export function settle (reply: FastifyReply, ask: Ask, answer: Answer, row: ErrorTrace['row'], body?: string | Buffer, contentType: string = jsonType): FastifyReply {
  const { entityTag, status } = answer
  note(reply, answer, row)
  reply.code(status).serializer(asItIs)
  reply.header('cache-control', cacheControl({ entityTag: entityTag !== undefined, authenticated: ask.resource.authenticate !== undefined }))
  if (entityTag === 'by-content') reply.removeHeader('etag')
  else if (entityTag !== undefined) reply.header('etag', entityTag)
  return body === undefined ? reply.removeHeader('content-type').send() : reply.header('content-type', contentType).send(body)
}

/** Bodies are text already: a serializer that a plugin of the application has chosen for this answer would encode them again. */
export function asItIs (body: unknown): string {
  return body as string
}

/** Notes what was decided, for the guard, the log and whoever asks the request. */
export function note (reply: FastifyReply, answer: Answer, row: ErrorTrace['row'], error?: unknown): void {
  // Answers of the router come on a plain request, without decorators.
  if (reply.request[kExchange] === undefined) return
  const exchange = reply.request[kExchange] ??= beginExchange(reply.request)
  exchange.answer = answer
  exchange.decision = toDecision(row, answer.status)
  if (exchange.told !== undefined) exchange.told.error = error
  echoTransaction(reply, exchange.transactionId)
  reply.log.debug({ decision: exchange.decision, transactionId: exchange.transactionId }, 'decided')
}

/** Tells the client under which id its exchange is in the logs (Common REST, transaction ids). */
export function echoTransaction (reply: FastifyReply, transactionId: string): void {
  reply.header('x-forgerock-transactionid', transactionId)
}
