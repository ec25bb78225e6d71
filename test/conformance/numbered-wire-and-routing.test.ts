import { runCases } from './numbered.ts'

runCases(1, 26, [
  // Wire, URI and routing
  [1, 'method token unknown to the parser', {}, 'FOO /widgets/w1', 501],
  [2, 'methods are case-sensitive', {}, 'get /widgets/w1', 501],
  [3, 'TLS bytes on a plain port', {}, '\\x16\\x03\\x01\\x02\\x00', 400, ['connection: close']],
  [4, 'HTTP version 1.2', {}, 'GET /widgets/w1 HTTP/1.2', 400],
  [5, 'HTTP/1.1 without Host', {}, 'GET /widgets/w1 · no Host', 400],
  [6, 'Content-Length and Transfer-Encoding together', {}, 'PUT /widgets/w1 · Content-Type: application/json · Content-Length: 2 · Transfer-Encoding: chunked · body 2⏎{}⏎0⏎⏎', 400],
  [7, 'two different Content-Length lines', {}, 'PUT /widgets/w1 · Content-Type: application/json · Content-Length: 2 · Content-Length: 3 · body {}', 400],
  [8, 'one header of 20 KiB', {}, 'GET /widgets/w1 · X-Long: x…(20000)', 400],
  [9, 'unknown expectation', {}, 'GET /widgets/w1 · Expect: 200-ok', 200],
  [10, 'Expect: 100-continue on a request that is refused by its header', {}, 'PUT /widgets/w1 · Expect: 100-continue · Content-Type: text/csv · Content-Length: 9', 415, ['no interim 100']],
  [11, 'path not percent-decodable', {}, 'GET /widgets/%zz', 400],
  [12, 'path decodes to ill-formed UTF-8', {}, 'GET /widgets/%C3%28', 400],
  [13, 'id longer than the router accepts (101 characters, limit 100)', {}, 'GET /widgets/x…(101) HTTP/1.1', 404],
  [14, 'unknown path, malformed JSON body', {}, 'PUT /nope · Content-Type: application/json · body {x', 404],
  [15, 'unknown path, unparsable Content-Type', {}, 'PUT /nope · Content-Type: garbage · body {x', 404],
  [16, 'unknown path, TRACE', {}, 'TRACE /nope', 404],
  [17, 'one trailing slash is ignored, instance', {}, 'GET /widgets/w1/', 200],
  [18, 'collection with a trailing slash is not an instance with an empty id', {}, 'DELETE /widgets/', 405, ['Allow: GET, HEAD, POST, OPTIONS']],
  [19, 'doubled slash', {}, 'GET //widgets/w1', 404],
  [20, 'path is case-sensitive', {}, 'GET /Widgets/w1', 404],
  [21, 'id with an encoded slash', { documents: ['a/b'] }, 'GET /widgets/a%2Fb', 200],
  [22, 'id with space and non-ASCII', { documents: ['w é'] }, 'GET /widgets/w%20%C3%A9', 200],
  [23, 'TRACE on an existing document', {}, 'TRACE /widgets/w1', 501],
  [24, 'PROPFIND on the collection', {}, 'PROPFIND /widgets', 501],
  [25, 'QUERY without Content-Type', {}, 'QUERY /widgets', 501],
  [26, 'absolute-form target', {}, 'GET http://x/widgets/w1', 200]
])
