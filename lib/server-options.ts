import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { IncomingMessage, ServerOptions as HttpOptions, ServerResponse } from 'node:http'
import type { ServerOptions as HttpsOptions } from 'node:https'
import type { Socket } from 'node:net'
import { toResourceError } from './decision/translate-error.ts'
import { BadRequest, NotFound, NotImplemented, ResourceError, toErrorObject } from './errors.ts'
import { jsonType } from './mount/answer-head.ts'
import { sendError } from './mount/send-error.ts'

/** The longest id is 255 bytes (ruling R10), each of them three characters when percent-encoded. */
const maxParamLength = 255 * 3

/** Options of Fastify, with those of Node that its types keep for one kind of server. */
type OwnOptions = FastifyServerOptions & { readonly http?: HttpOptions | null, readonly https?: HttpsOptions | null, readonly http2?: boolean }

/** What `serverOptions()` returns beside your own options; it fits servers of HTTP/1.1, HTTPS and HTTP/2. */
export interface CommonRestServerOptions {
  /** Answers undecodable paths and over-long ids with the error object. */
  readonly frameworkErrors: (error: FastifyError, request: unknown, reply: unknown) => void
  /** Answers what the HTTP parser refuses with the error object. */
  readonly clientErrorHandler: (error: Error, socket: Socket) => void
  /** False: while it closes, the plugin itself answers 503 with `Retry-After`. */
  readonly return503OnClosing: boolean
  /** How long a request may take to arrive, in milliseconds: 300,000, as in Node; Fastify by itself waits for ever. */
  readonly requestTimeout: number
  /** Room for ids of 255 bytes. */
  readonly routerOptions: { readonly maxParamLength: number }
}

/**
 * Fastify server options that carry the guarantee of documented codes down to the socket: rows 1 and 2 of the decision
 * order. What the HTTP parser or the router refuses is answered with the error object and a documented code.
 *
 * @param own your own options; they are merged deeply, and win
 * @example
 * const app = Fastify({ ...serverOptions(), logger: true })
 */
export function serverOptions<Own extends OwnOptions = object> (own?: Own): CommonRestServerOptions & Own {
  return mergeDeeply({
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerParserError,
    return503OnClosing: false,
    requestTimeout: 300_000,
    http: { requireHostHeader: false },
    // Fastify hands only these on to a TLS server.
    ...(own?.https == null ? {} : { https: { requireHostHeader: false } }),
    routerOptions: { maxParamLength }
  }, own ?? {}) as unknown as CommonRestServerOptions & Own
}

/** Row 2, and ids that the router finds too long. Hooks do not run for these answers. */
function answerFrameworkError (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const { code } = error
  if (code === 'FST_ERR_BAD_URL') send(reply, new BadRequest('The path is not percent-encoded UTF-8'), 2)
  else if (code === 'FST_ERR_MAX_PARAM_LENGTH') send(reply, new NotFound('The resource was not found: the path names none'), 3)
  else send(reply, toResourceError(error), 2)
}

function send (reply: FastifyReply, error: ResourceError, number: number): void {
  sendError(reply, undefined, error, { row: { number, name: 'the path decodes' }, headers: {} })
}

interface ParserError extends Error {
  readonly code?: string
  readonly rawPacket?: Buffer
  /** How far the parser came in `rawPacket`. */
  readonly bytesParsed?: number
}

/** What Node keeps at a connection: the response that is due, and the request that is being read. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null
}

/**
 * Row 1. The raw socket is all there is. One request has one response: one that was begun, or sent before all of the
 * request was read, cannot be followed by another, and those to earlier requests of the connection come first.
 */
function answerParserError (this: FastifyInstance, error: ParserError, socket: HttpSocket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
  const response = socket._httpMessage ?? undefined
  if (response?.req.complete === true) {
    response.once('finish', () => answerParserError.call(this, error, socket))
    return
  }
  const answered = response === undefined ? socket.parser?.incoming?.complete === false : response.headersSent
  if (answered) socket.destroy()
  else writeError(error, socket)
}

function writeError (error: ParserError, socket: Socket): void {
  const failure = isUnknownMethod(error)
    ? new NotImplemented('The method is not implemented')
    : new BadRequest(`The request is not HTTP that can be understood: ${reasonOf(error)}`)
  const body = JSON.stringify(toErrorObject(failure))
  socket.end([
    `HTTP/1.1 ${failure.statusCode} ${failure.reason}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${jsonType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    isHead(error) ? '' : body
  ].join('\r\n'), () => socket.destroySoon())
}

/**
 * Whether the request is HEAD, to which no answer has content (RFC 9110 section 9.3.2). Earlier requests may have come in the same
 * packet: the last that was begun follows a blank line, or the content of the one before, which may have lines of its own.
 */
function isHead ({ rawPacket, bytesParsed = 0 }: ParserError): boolean {
  if (rawPacket === undefined) return false
  const begun = rawPacket.toString('latin1', 0, bytesParsed).split(/\n\r?\n/).at(-1) ?? ''
  const [rest = ''] = rawPacket.toString('latin1', bytesParsed).split('\n', 1)
  const [first = '', ...others] = `${begun}${rest}`.split('\n').map((line) => line.trimEnd())
  return /^HEAD |HEAD \S*(?: \S*)?$/.test(first) || others.some((line) => /HEAD \S+ HTTP\/\S+$/.test(line))
}

// Of a token (RFC 9110 section 5.6.2).
const methodCharacter = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/
const longestMethod = 100

/** A well-formed request line whose method is only unknown (RFC 9110 section 15.6.2). */
function isUnknownMethod ({ code, rawPacket, bytesParsed = 0 }: ParserError): boolean {
  if (code !== 'HPE_INVALID_METHOD' || rawPacket === undefined) return false
  // Earlier requests may have come in the same packet; the parser stopped somewhere within the method.
  const before = rawPacket.toString('latin1', Math.max(0, bytesParsed - longestMethod), bytesParsed)
  let begun = 0
  while (begun < before.length && methodCharacter.test(before.charAt(before.length - 1 - begun))) begun++
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100} [^ \r\n]+ HTTP\/1\.[01]\r?\n/.test(rawPacket.toString('latin1', bytesParsed - begun, bytesParsed + 20_000))
}

const reasons: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'its head is too large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'its chunk extensions are too large',
  ERR_HTTP_REQUEST_TIMEOUT: 'it took too long to arrive'
}

function reasonOf ({ code = '' }: ParserError): string {
  return reasons[code] ?? 'its syntax is wrong'
}

type Options = Readonly<Record<string, unknown>>

/** Plain objects are merged member by member; of anything else the second wins. */
function mergeDeeply (base: Options, own: Options): Options {
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(own)) {
    const before = merged[name]
    if (value !== undefined) merged[name] = isPlain(before) && isPlain(value) ? mergeDeeply(before, value) : value
  }
  return merged
}

function isPlain (value: unknown): value is Options {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
