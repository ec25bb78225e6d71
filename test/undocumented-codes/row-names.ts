/** Every row of the page on undocumented codes, by the section that it stands in, in the words of the page. */
export const rowNames = {
  '2, parser': [
    '400 (socket): bad start line, bad header, bad or duplicate Content-Length, Content-Length with Transfer-Encoding, bad chunk, unsupported Transfer-Encoding, HTTP version 1.2',
    '400 (socket): HPE_INVALID_METHOD, a method token unknown to Node',
    '400 (empty body): HTTP/1.1 without Host',
    '408: ERR_HTTP_REQUEST_TIMEOUT, headers or whole request too slow',
    '413: chunk-extension overflow',
    '417: Expect with anything but 100-continue',
    '100 (interim): Expect: 100-continue, before any hook',
    '431: HPE_HEADER_OVERFLOW, headers or URL over 16 KiB',
    '503 (no Retry-After): maxRequestsPerSocket exceeded',
    '505: not emitted by Node; a bad version is a 400 parse error',
    'connection closed, no code: CONNECT without listener, maxConnections, timeouts after headers were sent'
  ],
  '2, router': [
    '400 FST_ERR_BAD_URL: path not percent-decodable',
    '414 FST_ERR_MAX_PARAM_LENGTH: a parameter longer than maxParamLength',
    '500 FST_ERR_ASYNC_CONSTRAINT: router constraint strategy',
    '503: Fastify while closing, fixed body, no Retry-After',
    '400 FST_ERR_ROUTE_MISSING_CONTENT_TYPE: QUERY without Content-Type, even on unknown paths',
    '404: unknown path or method without a route',
    '404: route constraints that do not match'
  ],
  '2, content': [
    '413 FST_ERR_CTP_BODY_TOO_LARGE: body over bodyLimit',
    '415 FST_ERR_CTP_INVALID_MEDIA_TYPE: no parser for the type, an unparsable Content-Type, on DELETE and OPTIONS, on unknown paths',
    '400 FST_ERR_CTP_EMPTY_JSON_BODY: JSON type with empty body, also on DELETE',
    '400 FST_ERR_CTP_INVALID_JSON_BODY, CONTENT_LENGTH, FST_ERR_VALIDATION: parse and validation',
    '500: FST_ERR_BAD_STATUS_CODE, FST_ERR_REP_INVALID_PAYLOAD_TYPE, serialization failures, invalid header characters',
    '503 FST_ERR_HANDLER_TIMEOUT: handlerTimeout'
  ],
  '3, load': [
    '429: @fastify/rate-limit (its ban gives 403)',
    '503: @fastify/under-pressure, error and Retry-After',
    '503: @fastify/circuit-breaker, no Retry-After'
  ],
  '3, callers': [
    '401 without challenge: @fastify/jwt and @fastify/bearer-auth',
    '407: @fastify/basic-auth proxyMode',
    '400 text/plain: @fastify/cors with strictPreflight',
    '204 on unknown paths: @fastify/cors preflight'
  ],
  '3, content': [
    '406: @fastify/multipart, body is not multipart',
    '406: @fastify/multipart, field is not JSON',
    '413: @fastify/multipart limits',
    '415 / 400: @fastify/compress request decompression, sends no Accept-Encoding'
  ],
  '3, answers': [
    '304 on POST, PUT, DELETE, on 201, on 404 and 409 error bodies: @fastify/etag with its default replyWith304',
    '406: @fastify/accepts-serializer with no match and no default',
    '206 301 302 412 416: @fastify/static',
    'any: @fastify/sensible httpErrors, reply.<name>(), fastify.to()'
  ],
  4: [
    '100, 102, 103',
    '202',
    '203',
    '205',
    '206',
    '207, 208, 226',
    '300–303, 305–308',
    '402',
    '407',
    '408',
    '411, 413, 414, 416, 417, 418, 421, 426, 431, 499',
    '422',
    '423, 424',
    '425, 429',
    '451',
    '502, 504, 507, 509',
    '505, 510',
    '506, 508, 511, 520–599',
    'non-integer, <400 in an Error, >599',
    'thrown string, object, undefined'
  ],
  '5, server': [
    'frameworkErrors',
    'clientErrorHandler or own clientError listener',
    'checkExpectation / checkContinue'
  ],
  '5, handlers and hooks': [
    'setErrorHandler',
    'setNotFoundHandler',
    'onRequest hook',
    'preValidation / own validator'
  ],
  '5, sending': [
    'onSend hook',
    'wrapping reply.raw.writeHead in onRequest'
  ],
  '5, pitfalls': [
    'setErrorHandler in a plugin without fastify-plugin covers only that scope and its children',
    'a child scope or a route can replace the handler; if it throws, the error moves to the parent\'s handler',
    'with allowErrorHandlerOverride: false a second setErrorHandler in one scope throws',
    'a second setNotFoundHandler for the same prefix throws',
    'fastify.route({ method }) accepts only supportedMethods',
    'stock content type parsers include text/plain',
    'buffers are decoded without complaint about ill-formed UTF-8',
    'default Ajv options coerce and silently remove unknown members',
    '/x/:id matches /x/ with an empty id; %2F in an id arrives decoded',
    'Node joins duplicate If-Match, If-None-Match, Accept, Accept-API-Version lines but keeps only the first Content-Type',
    'auth plugins registered at the root run before the plugin and for unknown paths as well'
  ],
  6: [
    'it works in onSend, after the handler: it can never prevent a write',
    'it does not overwrite: a later onSend that sets its own tag comes too late for its 304',
    'it hashes strings and buffers only: no tag for streams, none for send() without payload; a 204 made with return null gets the hash of null',
    'it compares the whole header value: a list and * never match; it does not look at If-Match',
    'the 304 is applied to any method and any status',
    'its 304 has Content-Length: 0 and the old Content-Type',
    '@fastify/compress keeps a strong tag; a reverse proxy weakens or drops it',
    'the automatic HEAD route adds Content-Length: 0 to a 304 and sends a 204 with Content-Type and Content-Length: 4',
    'reply.send(null) means the JSON text null'
  ],
  8: [
    'fastify-etag #116, #117: 304 for all methods, evaluated after the write',
    'fastify-etag #108: proxy weakened the tag, exact comparison failed',
    'fastify-etag #170: 304 must not carry Content-Length',
    'fastify #917, #862: Fastify answers 404 where 405 is due',
    'fastify #894, #1027, #5148: DELETE/POST with JSON Content-Type and no body',
    'fastify #3839, #5515, #1079: error handler scope surprises',
    'eve #162, #777: missing If-Match was 403, then 428',
    'eve #661: 412 lacked the API\'s error object',
    'eve #920: a PATCH that changes nothing must not be 412',
    'eve #851: weak tags added by compression',
    'eve #626: 404 instead of 410 for soft-deleted documents',
    'cowboy #785, #885: malformed tag list crashed, then 400',
    'cowboy #814, #1030: undefined Last-Modified produced 304',
    'webmachine-ruby #166/#167: If-None-Match on a resource without tag produced 500',
    'Kinto #1063/#1064, #1102: If-Match: * crashed; absent + If-Match; collections always exist',
    'cliquet #709: If-None-Match: * on GET',
    'spring-framework #24881, #29031: If-Match and * missing; If-None-Match must outrank If-Modified-Since',
    'spring-framework #22797, #23775: a hashing filter must not replace the application\'s tag',
    'hapi #3956, nginx #716: weak versus strong comparison behind proxies'
  ]
} as const satisfies Readonly<Record<string, readonly string[]>>

/** A section of the page, or a table in one. */
export type Section = keyof typeof rowNames
