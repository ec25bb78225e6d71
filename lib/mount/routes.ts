import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler, preValidationHookHandler, RouteHandlerMethod, RouteOptions } from 'fastify'
import { andThen, isPromise, orElse } from '../awaitable.ts'
import { contentRow, decide, decideContent, headRows } from '../decision/order.ts'
import type { Passage } from '../decision/order.ts'
import type { Ask } from '../decision/ask.ts'
import { takesContent } from '../decision/content-row.ts'
import type { ContentSource } from '../decision/content-row.ts'
import { trace } from '../decision/trace.ts'
import { patchLanguages } from '../crest/patch.ts'
import { contentTypesOf } from '../declare/resource.ts'
import type { Resource } from '../declare/resource.ts'
import { InternalServerError, ResourceError } from '../errors.ts'
import { readMediaType } from '../http/content-type.ts'
import type { Awaitable } from '../json.ts'
import type { Outcome } from '../operations/outcome.ts'
import { perform } from '../operations/perform.ts'
import { askFromRequest } from './ask-from-request.ts'
import type { RouteTarget } from './ask-from-request.ts'
import { tagByContent } from './content-tag.ts'
import { createDeadlines, isLate, noteLate } from './deadlines.ts'
import type { Deadlines } from './deadlines.ts'
import { beginExchange, idParameter, kExchange, kResourceScope, tellStart } from './exchange.ts'
import { createGuard } from './guard.ts'
import { answerThrown, createErrorHandler } from './handle-error.ts'
import { guardHead } from './last-resort.ts'
import { readMultipart } from './multipart.ts'
import { sendOutcome, sendVerdict } from './send.ts'
import { describedToSwagger } from './swagger-routes.ts'

/** What routes need of the plugin. */
export interface RouteContext {
  /** Whether the server is shutting down. */
  readonly isDraining: () => boolean
  readonly bodyLimit: number | undefined
}

/** What the routes of one resource need. */
interface ResourceContext extends RouteContext {
  readonly deadlines: Deadlines
}

/**
 * The routes of one resource, in a scope of their own whose prefix is the path of the resource: its content type parser
 * and error handler reach nothing else. Every method has a route, so that 405 and 501 are ours; `mountUnrouted` has the rest.
 */
export function mountRoutes (scope: FastifyInstance, resource: Resource, given: RouteContext): void {
  const context = { ...given, deadlines: createDeadlines(resource) }
  prepareScope(scope)
  scope.setErrorHandler(createErrorHandler(resource))
  scope.addHook('onSend', createGuard(resource, context.isDraining))
  const { supportedMethods: methods } = scope
  const config = describedToSwagger(resource, scope.log)
  const mount = (target: RouteTarget, methods: readonly string[], url: string): void => {
    for (const takes of [true, false]) {
      const some = methods.filter((method) => takesContent({ method }) === takes)
      if (some.length > 0) scope.route({ ...routeOf(resource, target, context, takes), method: some, url, config })
    }
  }
  if (resource.kind === 'singleton') return mount('singleton', methods, '/')
  // A query has no revision; its tag is the hash of its content, behind all other hooks.
  const onSend = [...tagByContent, createGuard(resource, context.isDraining, true)]
  scope.route({ ...routeOf(resource, 'collection', context, false), method: ['GET', 'HEAD'], url: '/', onSend, config })
  mount('collection', methods.filter((method) => method !== 'GET' && method !== 'HEAD'), '/')
  mount('instance', methods, `/:${idParameter}`)
  if (!ignoresTrailingSlash(scope)) mount('instance', methods, `/:${idParameter}/`)
}

/** Makes a scope one of a resource, which reads content as bytes. */
export function prepareScope (scope: FastifyInstance): void {
  scope.decorate(kResourceScope, true)
  scope.removeAllContentTypeParsers()
  // Row 16 reads the bytes itself: Fastify's parsers tolerate ill-formed UTF-8 and refuse a DELETE without content. For types
  // that have no name here Fastify reads the field anew at each request.
  scope.addContentTypeParser([...patchLanguages.keys(), '*'], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

function ignoresTrailingSlash ({ initialConfig }: FastifyInstance): boolean {
  return initialConfig.routerOptions?.ignoreTrailingSlash ?? initialConfig.ignoreTrailingSlash ?? false
}

/** Nothing here is an async function: what needs no waiting is answered without a promise. */
function routeOf (resource: Resource, target: RouteTarget, context: ResourceContext, hasContent: boolean): Omit<RouteOptions, 'method' | 'url'> {
  const { deadlines } = context
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    const judged = judgeHead(request, reply, resource, target, context)
    if (isPromise(judged) || request[kExchange]?.readsContent === true) watch(request, reply, deadlines)
    passOn(judged, done)
  }
  const preValidation: preValidationHookHandler = (request, reply, done) => passOn(judgeContent(request, reply), done)
  const handler: RouteHandlerMethod = (request, reply) => {
    const answered = answer(reply)
    if (isPromise(answered)) watch(request, reply, deadlines)
    // Fastify waits for the reply where hooks of the application still hold it.
    return isPromise(answered) ? answered.then(() => reply.sent ? undefined : reply) : undefined
  }
  return {
    // Fastify's own HEAD route would add a Content-Length of 0 to a 304.
    exposeHeadRoute: false,
    // What fails while an error is answered goes to the next handler: one of ours again, and never one of the application.
    errorHandler: createErrorHandler(resource),
    onRequest,
    ...(hasContent ? { preValidation } : {}),
    handler,
    ...(context.bodyLimit === undefined ? {} : { bodyLimit: context.bodyLimit })
  }
}

/** Ends a hook where the request was not answered. */
export function passOn (answered: Awaitable<boolean>, done: (error?: Error) => void): void {
  if (isPromise(answered)) answered.then((is) => { if (!is) done() }, done)
  else if (!answered) done()
}

/** Rows 3 to 15, before the content is read: whether they have answered. */
export function judgeHead (request: FastifyRequest, reply: FastifyReply, resource: Resource, target: RouteTarget, context: RouteContext): Awaitable<boolean> {
  guardHead(reply)
  if (isAnswered(reply)) return true
  const ask = askFromRequest(request, resource, target, context.isDraining())
  const exchange = beginExchange(request, ask)
  request[kExchange] = exchange
  tellStart(exchange, ask)
  hideFromDownstream(request, ask)
  return orElse(runHeadRows, answerFailure, reply)
}

function runHeadRows (reply: FastifyReply): Awaitable<boolean> {
  return andThen(decide(headRows, askOf(reply)), endHead, reply)
}

function endHead (passage: Passage, reply: FastifyReply): boolean {
  const { request } = reply
  const { [kExchange]: exchange } = request
  const { ask } = passage
  request.principal = ask.principal
  const ended = end(reply, passage)
  if (exchange != null) exchange.readsContent = !ended && ask.hasContent && takesContent(ask)
  return ended
}

/** The facts of a request whose head has been judged. */
function askOf ({ request }: FastifyReply): Ask {
  const ask = request[kExchange]?.ask
  if (ask === undefined) throw new InternalServerError('The head of the request was not judged')
  return ask
}

/**
 * Whether a hook of the application has answered. Where it did so with a stream, and the client went before its end, Fastify goes on
 * with the request as if it had not: what the hook has answered would be done after all.
 */
function isAnswered (reply: FastifyReply): boolean {
  if (!reply.raw.headersSent) return false
  reply.hijack()
  return true
}

/** A request is watched where it has to wait. */
function watch (request: FastifyRequest, reply: FastifyReply, deadlines: Deadlines): void {
  const { [kExchange]: exchange } = request
  if (exchange != null && exchange.answer === undefined) deadlines.watch(reply, exchange)
}

/** Answers what was thrown where a request might have been answered. Whoever is too late is not heard any more. */
function answerFailure (thrown: unknown, reply: FastifyReply): boolean {
  const { request } = reply
  if (!isLate(request)) answerThrown(thrown, request, reply, request[kExchange]?.ask?.resource)
  else noteLate(reply, thrown)
  return true
}

function end (reply: FastifyReply, passage: Passage): boolean {
  if (isLate(reply.request)) return true
  if (passage.kind === 'passed') return false
  sendVerdict(reply, passage.ask, passage.verdict, passage.row)
  return true
}

/**
 * The conditionals are ours: an `@fastify/etag` of the application must not answer 304 to a write. A coding that passed
 * row 14 codes nothing, so a decompressing plugin must not try; and Fastify must not refuse the type of content that
 * means nothing (undocumented codes, sections 3, 5 and 6).
 */
function hideFromDownstream (request: FastifyRequest, ask: Ask): void {
  const { headers } = request.raw
  const hidesType = !takesContent(ask) && headers['content-type'] !== undefined
  const hidesCoding = headers['content-encoding'] !== undefined
  const hidesTag = headers['if-none-match'] !== undefined
  if (!hidesTag && !hidesCoding && !hidesType) return
  // Fastify lays these over what the request has: only where a hook has laid something over it before need that be said again.
  if (request.headers === headers && !hidesCoding && !hidesType) {
    request.headers = withoutTag
    return
  }
  const before = request.headers === headers ? {} : { ...request.headers }
  if (hidesTag) before['if-none-match'] = undefined
  if (hidesCoding) before['content-encoding'] = undefined
  if (hidesType) before['content-type'] = undefined
  request.headers = before
}

const withoutTag: IncomingHttpHeaders = Object.freeze({ 'if-none-match': undefined })

/** Row 16: whether it has answered. */
function judgeContent (request: FastifyRequest, reply: FastifyReply): Awaitable<boolean> {
  const { [kExchange]: exchange } = request
  const ask = exchange?.ask
  if (isAnswered(reply)) return true
  if (ask === undefined || !takesContent(ask)) return false
  if (exchange != null) exchange.readsContent = false
  return orElse(runContentRow, answerFailure, reply)
}

function runContentRow (reply: FastifyReply): Awaitable<boolean> {
  return andThen(readContent(reply.request, askOf(reply)), endContent, reply)
}

function endContent (source: ContentSource, reply: FastifyReply): boolean {
  return end(reply, decideContent(askOf(reply), source))
}

/** The bytes of the request, or the value that the parts of a form make (Common REST, multipart/form-data). */
function readContent (request: FastifyRequest, { resource, method, headers }: Ask): Awaitable<ContentSource> {
  const isForm = resource.multipart && contentTypesOf(resource, resource.latest, method).length > 0 &&
    readMediaType(headers.contentType ?? '')?.type === 'multipart/form-data'
  if (!isForm) return { kind: 'bytes', bytes: request.body instanceof Uint8Array ? request.body : undefined }
  return readMultipart(request, request.routeOptions.bodyLimit, resource.limits).then((value): ContentSource => ({ kind: 'value', value }), (error: unknown) => {
    throw error instanceof ResourceError ? trace(error, contentRow) : error
  })
}

/** Rows 17 to 22. */
function answer (reply: FastifyReply): Awaitable<boolean> {
  return isAnswered(reply) ? true : orElse(performAsked, answerFailure, reply)
}

function performAsked (reply: FastifyReply): Awaitable<boolean> {
  return andThen(perform(askOf(reply)), endOperation, reply)
}

function endOperation (outcome: Outcome, reply: FastifyReply): boolean {
  if (!isLate(reply.request)) sendOutcome(reply, askOf(reply), outcome)
  return true
}
