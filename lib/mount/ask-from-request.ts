import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Ask, AskHeaders } from '../decision/ask.ts'
import { selectOperation } from '../decision/select-operation.ts'
import { defaultProtocol, parseAcceptApiVersion, selectProtocol } from '../crest/api-version.ts'
import { readParameters } from '../crest/parameters.ts'
import type { Resource } from '../declare/resource.ts'
import type { TargetKind } from '../http/methods.ts'
import { idParameter } from './exchange.ts'

/** Which target a route stands for: fixed, or what the rest of the path says where no route matched. */
export type RouteTarget = TargetKind | 'unrouted'

const overridable: ReadonlySet<string> = new Set(['GET', 'PUT', 'PATCH', 'DELETE', 'POST'])

/** The facts of a request, before any row: nothing is judged here, and nothing throws. */
export function askFromRequest (request: FastifyRequest, resource: Resource, route: RouteTarget, draining: boolean): Ask {
  const { id, target, params } = readPath(request, route, resource)
  const fields = request.headers
  const headers = readHeaders(fields)
  const { reserved, others, count } = readParameters(queryStringOf(request.raw.url ?? ''))
  const method = effectiveMethod(request, fields, resource)
  const { operation, action } = selectOperation(method, target ?? 'collection', headers, reserved)
  // Every fact is named, though `nothingFound` has many of them: a literal has its shape from the start, a spread finds it.
  return {
    resource,
    target,
    id: target === 'singleton' ? '' : id,
    params,
    method,
    overridden: method !== request.method,
    draining,
    headers,
    reserved,
    parameters: others,
    headerCount: countFields(request),
    parameterCount: count,
    hasContent: hasContent(request.raw, fields),
    operation,
    action,
    request,
    log: request.log,
    responseHeaders: undefined,
    isOver: false,
    principal: null,
    protocol: askedProtocol(headers),
    version: undefined,
    contract: resource.latest,
    ifMatch: undefined,
    ifNoneMatch: undefined,
    fields: undefined,
    // Row 11 reads it; rows above it answer in that style too.
    prettyPrint: reserved.get('_prettyprint')?.[0]?.value.toLowerCase() === 'true',
    query: undefined,
    field: undefined,
    content: undefined,
    contentId: undefined,
    patch: undefined,
    actionContent: undefined
  }
}

function readPath (request: FastifyRequest, route: RouteTarget, resource: Resource): Pick<Ask, 'id' | 'params'> & { readonly target: TargetKind | undefined } {
  const given = request.params as Readonly<Record<string, string>>
  const params = resource.parameters.length === 0 ? noParams : declaredParams(given)
  if (route !== 'unrouted') return { id: given[idParameter], target: route, params }
  // Only a method that the router does not know, or a path below the instances, comes here.
  const [segment, ...more] = segmentsBelow(resource.path, request)
  if (segment === undefined) return { id: undefined, target: resource.kind, params }
  if (more.length > 0) return { id: undefined, target: undefined, params }
  return { id: decodeURIComponent(segment), target: resource.kind === 'collection' ? 'instance' : undefined, params }
}

const noParams: Ask['params'] = Object.freeze({})

function declaredParams ({ [idParameter]: _id, '*': _rest, ...params }: Readonly<Record<string, string>>): Ask['params'] {
  return params
}

/** The segments of the raw path after those of the resource, one trailing slash ignored; an id may hold an encoded slash. */
function segmentsBelow (path: string, { raw: { url = '' }, server: { initialConfig } }: FastifyRequest): readonly string[] {
  // The absolute form of a target (RFC 9112 section 3.2.2) has the authority in front.
  const [whole = ''] = url.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/, '').split(/[?#]/, 1)
  const ignoresDuplicates = initialConfig.routerOptions?.ignoreDuplicateSlashes ?? initialConfig.ignoreDuplicateSlashes ?? false
  const text = ignoresDuplicates ? whole.replace(/\/+/g, '/') : whole
  return text.replace(/\/$/, '').split('/').slice(path.split('/').length)
}

/** Where the server keeps fewer than there may be, some may have been dropped. */
function countFields ({ raw: { rawHeaders }, server }: FastifyRequest): number {
  // Names and values, by turns; over HTTP/2 what was the request line before comes first (RFC 9113 section 8.3.1).
  let first = 0
  while (rawHeaders[first]?.startsWith(':') === true) first += 2
  const count = (rawHeaders.length - first) / 2
  const { maxHeadersCount } = server.server
  return typeof maxHeadersCount === 'number' && maxHeadersCount > 0 && count >= maxHeadersCount ? Infinity : count
}

function readHeaders (headers: IncomingHttpHeaders): AskHeaders {
  return {
    accept: headers.accept,
    acceptApiVersion: single(headers['accept-api-version']),
    contentEncoding: single(headers['content-encoding']),
    contentType: headers['content-type'],
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    prefer: single(headers['prefer'])
  }
}

/** Node joins the lines of all these fields itself; a list can only come from a hook of the application. */
function single (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

/** The raw query string (ruling R5): `request.query` may have been parsed by a parser of the application. */
function queryStringOf (url: string): string {
  const mark = url.indexOf('?')
  if (mark < 0) return ''
  const fragment = url.indexOf('#', mark)
  return fragment < 0 ? url.slice(mark + 1) : url.slice(mark + 1, fragment)
}

/** Ruling R12. An override that cannot be honoured is no method at all, which row 5 answers. */
function effectiveMethod (request: FastifyRequest, headers: IncomingHttpHeaders, resource: Resource): string {
  if (!resource.methodOverride || request.method !== 'POST') return request.method
  const override = single(headers['x-http-method-override'])
  if (override === undefined || override === '') return request.method
  return overridable.has(override) ? override : `X-HTTP-Method-Override: ${override}`
}

function askedProtocol ({ acceptApiVersion }: AskHeaders): Ask['protocol'] {
  if (acceptApiVersion === undefined) return defaultProtocol
  const asked = parseAcceptApiVersion(acceptApiVersion)
  return (asked.kind === 'versions' ? selectProtocol(asked.protocol) : undefined) ?? defaultProtocol
}

function hasContent (raw: FastifyRequest['raw'], headers: IncomingHttpHeaders): boolean {
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) return true
  // HTTP/2 needs neither field; there the stream says whether content follows (RFC 9113 section 8.1).
  if (raw.httpVersionMajor !== 2 || headers['content-length'] !== undefined) return false
  const { stream } = raw as { readonly stream?: { readonly endAfterHeaders?: boolean } }
  return stream?.endAfterHeaders === false
}
