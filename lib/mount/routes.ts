import fastifyEtag from '@fastify/etag'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler, preValidationHookHandler, RouteHandlerMethod, RouteOptions } from 'fastify'
import { contentRow, decide, decideContent, headRows } from '../decision/order.ts'
import type { Ask } from '../decision/ask.ts'
import { takesContent } from '../decision/content-row.ts'
import type { ContentSource } from '../decision/content-row.ts'
import { trace } from '../decision/trace.ts'
import { contentTypesOf } from '../declare/resource.ts'
import type { Resource } from '../declare/resource.ts'
import { InternalServerError, NotFound, ResourceError } from '../errors.ts'
import { parseMediaType } from '../http/content-type.ts'
import { perform } from '../operations/perform.ts'
import { askFromRequest } from './ask-from-request.ts'
import type { RouteTarget } from './ask-from-request.ts'
import { beginExchange, idParameter, kExchange, kResourceScope, tellStart } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { createGuard } from './guard.ts'
import { answerThrown, createErrorHandler } from './handle-error.ts'
import { guardHead } from './last-resort.ts'
import { readMultipart } from './multipart.ts'
import { sendOutcome, sendVerdict } from './send.ts'

/** What routes need of the plugin. */
export interface RouteContext {
  /** Whether the server is shutting down. */
  readonly isDraining: () => boolean
  readonly bodyLimit: number | undefined
}

/**
 * The routes of one resource, in a scope of their own whose prefix is the path of the resource: its content type parser,
 * error handler and not-found handler reach nothing else. Every method has a route, so that 405 and 501 are ours.
 */
export function mountRoutes (scope: FastifyInstance, resource: Resource, context: RouteContext): void {
  scope.decorate(kResourceScope, true)
  scope.removeAllContentTypeParsers()
  // Row 16 reads the bytes itself: Fastify's parsers tolerate ill-formed UTF-8 and refuse a DELETE without content.
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler(createErrorHandler(resource))
  const guard = createGuard(resource, context.isDraining)
  scope.addHook('onSend', guard)
  // Methods that the router does not know, and paths below the instances, end in this scope too.
  scope.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    judgeHead(request, reply, resource, 'unrouted', context).then((answered) => answered ?? done(), done)
  })
  scope.setNotFoundHandler(() => { throw new NotFound('The resource was not found: the path names none') })

  const { supportedMethods: methods } = scope
  if (resource.kind === 'singleton') {
    scope.route({ ...routeOf(resource, 'singleton', context), method: methods, url: '/' })
    return
  }
  // A query has no revision; its tag is the hash of its content, in a scope that holds nothing else.
  scope.register(async (queries) => {
    await queries.register(fastifyEtag, { replyWith304: false })
    queries.addHook('onSend', createGuard(resource, context.isDraining, true))
    queries.route({ ...routeOf(resource, 'collection', context), method: ['GET', 'HEAD'], url: '/' })
  })
  scope.route({ ...routeOf(resource, 'collection', context), method: methods.filter((method) => method !== 'GET' && method !== 'HEAD'), url: '/' })
  scope.route({ ...routeOf(resource, 'instance', context), method: methods, url: `/:${idParameter}` })
  if (!ignoresTrailingSlash(scope)) scope.route({ ...routeOf(resource, 'instance', context), method: methods, url: `/:${idParameter}/` })
}

function ignoresTrailingSlash ({ initialConfig }: FastifyInstance): boolean {
  return initialConfig.routerOptions?.ignoreTrailingSlash ?? initialConfig.ignoreTrailingSlash ?? false
}

function routeOf (resource: Resource, target: RouteTarget, context: RouteContext): Omit<RouteOptions, 'method' | 'url'> {
  const onRequest: onRequestHookHandler = async (request, reply) => judgeHead(request, reply, resource, target, context)
  const judged: preValidationHookHandler = async (request, reply) => judgeContent(request, reply, resource)
  const answered: RouteHandlerMethod = async (request, reply) => answer(request, reply, resource)
  return {
    // Fastify's own HEAD route would add a Content-Length of 0 to a 304.
    exposeHeadRoute: false,
    onRequest,
    preValidation: judged,
    handler: answered,
    ...(context.bodyLimit === undefined ? {} : { bodyLimit: context.bodyLimit })
  }
}

/** Rows 3 to 15, before the content is read. */
async function judgeHead (request: FastifyRequest, reply: FastifyReply, resource: Resource, target: RouteTarget, context: RouteContext): Promise<FastifyReply | undefined> {
  guardHead(reply)
  const ask = askFromRequest(request, resource, target, context.isDraining())
  const exchange: Exchange = { ...beginExchange(request), ask }
  request[kExchange] = exchange
  tellStart(exchange, ask)
  hideFromDownstream(request, ask)
  try {
    const passage = await decide(headRows, ask)
    exchange.ask = passage.ask
    request.principal = passage.ask.principal
    return passage.kind === 'answered' ? sendVerdict(reply, passage.ask, passage.verdict, passage.row) : undefined
  } catch (thrown) {
    return answerThrown(thrown, request, reply, resource)
  }
}

/**
 * The conditionals are ours: an `@fastify/etag` of the application must not answer 304 to a write. A coding that passed
 * row 14 codes nothing, so a decompressing plugin must not try; and Fastify must not refuse the type of content that
 * means nothing (undocumented codes, sections 3, 5 and 6).
 */
function hideFromDownstream (request: FastifyRequest, { method }: Ask): void {
  const { headers } = request.raw
  const contentMatters = method === 'POST' || method === 'PUT' || method === 'PATCH'
  const hidden = ['if-none-match', 'content-encoding', ...(contentMatters ? [] : ['content-type'])]
  const present = hidden.filter((name) => headers[name] !== undefined)
  if (present.length > 0) request.headers = { ...request.headers, ...Object.fromEntries(present.map((name) => [name, undefined])) }
}

/** Row 16. */
async function judgeContent (request: FastifyRequest, reply: FastifyReply, resource: Resource): Promise<FastifyReply | undefined> {
  const exchange = request[kExchange]
  if (exchange?.ask === undefined || !takesContent(exchange.ask)) return undefined
  try {
    const passage = decideContent(exchange.ask, await readContent(request, exchange.ask))
    exchange.ask = passage.ask
    return passage.kind === 'answered' ? sendVerdict(reply, passage.ask, passage.verdict, passage.row) : undefined
  } catch (thrown) {
    return answerThrown(thrown, request, reply, resource)
  }
}

/** The bytes of the request, or the value that the parts of a form make (Common REST, multipart/form-data). */
async function readContent (request: FastifyRequest, { resource, method, headers }: Ask): Promise<ContentSource> {
  const isForm = resource.multipart && contentTypesOf(resource, resource.latest, method).length > 0 &&
    parseMediaType(headers.contentType ?? '')?.type === 'multipart/form-data'
  if (!isForm) return { kind: 'bytes', bytes: request.body instanceof Uint8Array ? request.body : undefined }
  try {
    return { kind: 'value', value: await readMultipart(request, request.routeOptions.bodyLimit) }
  } catch (error) {
    throw error instanceof ResourceError ? trace(error, contentRow) : error
  }
}

/** Rows 17 to 22. */
async function answer (request: FastifyRequest, reply: FastifyReply, resource: Resource): Promise<FastifyReply> {
  try {
    const ask = request[kExchange]?.ask
    if (ask === undefined) throw new InternalServerError('The head of the request was not judged')
    return sendOutcome(reply, ask, await perform(ask))
  } catch (thrown) {
    return answerThrown(thrown, request, reply, resource)
  }
}
