import { runCases } from './numbered.ts'

runCases(27, 43, [
  // Availability
  [27, 'disabled, GET, with a retry hint', { disabled: { retryAfter: 120 } }, 'GET /widgets/w1', 503, ['Retry-After: 120', 'Cache-Control: no-store']],
  [28, 'disabled, HEAD', { disabled: { retryAfter: 120 } }, 'HEAD /widgets/w1', 503, ['Retry-After: 120', 'no content']],
  [29, 'disabled, OPTIONS', { disabled: {} }, 'OPTIONS /widgets', 503],
  [30, 'disabled, method unknown to the style', { disabled: {} }, 'TRACE /widgets', 503],
  [31, 'disabled, method not allowed, no credentials', { disabled: {}, operations: ['read'], auth: true }, 'DELETE /widgets/w1', 503],
  [32, 'disabled neighbour does not matter', { disabled: {} }, 'GET /settings', 200],
  [33, 'disabled, unknown path beside it', { disabled: {} }, 'GET /widget', 404],
  // Methods and OPTIONS
  [34, 'DELETE on the collection', {}, 'DELETE /widgets', 405, ['Allow: GET, HEAD, POST, OPTIONS']],
  [35, 'PATCH on the collection, bad media type', {}, 'PATCH /widgets · Content-Type: text/csv · body x', 405],
  [36, 'POST on an instance without actions', {}, 'POST /widgets/w1 · Content-Type: application/json · body {"name":"nut"}', 405, ['Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS']],
  [37, 'DELETE on the singleton', {}, 'DELETE /settings', 405, ['Allow: GET, HEAD, PUT, PATCH, OPTIONS']],
  [38, 'PUT on a read-only resource without credentials', { operations: ['read', 'query'], auth: true }, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"nut"}', 405, ['Allow: GET, HEAD, OPTIONS']],
  [39, 'GET where only writing is declared', { operations: ['update'] }, 'GET /widgets/w1', 405, ['Allow: PUT, OPTIONS']],
  [40, 'HEAD where only writing is declared', { operations: ['update'] }, 'HEAD /widgets/w1', 405, ['Allow: PUT, OPTIONS', 'no content']],
  [41, 'OPTIONS on an instance', {}, 'OPTIONS /widgets/w1', 204, ['Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS', 'Accept-Patch has application/json', 'no Content-Type', 'no Content-Length', 'no content']],
  [42, 'OPTIONS on an absent document', {}, 'OPTIONS /widgets/none', 204],
  [43, 'OPTIONS with nonsense elsewhere', { auth: true }, 'OPTIONS /widgets · Accept: text/html · If-Match: nonsense · Accept-API-Version: x', 204, ['Accept-Post: application/json']]
])
