import { runCases } from './numbered.ts'

runCases(97, 120, [
  // Content
  [97, 'JSON followed by garbage', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"nut"}x', 400],
  [98, 'no content', {}, 'PUT /widgets/w1', 400],
  [99, 'ill-formed UTF-8', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"\\xff"}', 400],
  [100, 'array instead of object', {}, 'PUT /widgets/w1 · Content-Type: application/json · body [{"name":"x"}]', 400],
  [101, 'JSON null', {}, 'PUT /widgets/w1 · Content-Type: application/json · body null', 400],
  [102, 'number where a string is due (no coercion)', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":5}', 400],
  [103, 'prototype member', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"x","__proto__":{"a":1}}', 400],
  [104, '_id differs from the path', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"_id":"w2","name":"x"}', 400],
  [105, 'stale _rev in the body is no precondition', {}, 'PUT /widgets/w1 · Content-Type: application/json · body {"_rev":"zzz","name":"x"}', 200],
  [106, 'content over the limit', { limit: 50 }, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"x…(100)"}', 400, ['connection: close']],
  [107, 'empty patch list is legal', {}, 'PATCH /widgets/w1 · Content-Type: application/json · body []', 200],
  [108, 'patch that is not a list', {}, 'PATCH /widgets/w1 · Content-Type: application/json · body {"name":"x"}', 400],
  [109, 'stale If-Match and invalid content', {}, 'PUT /widgets/w1 · If-Match: "no" · Content-Type: application/json · body {"size":1}', 400],
  // Revision required
  [110, 'PUT without conditional', { revisionRequired: true }, 'PUT /widgets/w1 · Content-Type: application/json · body {"name":"nut"}', 428, ['Cache-Control: no-store']],
  [111, 'PUT on an absent id without conditional', { revisionRequired: true }, 'PUT /widgets/new · Content-Type: application/json · body {"name":"nut"}', 428],
  [112, 'DELETE on an absent id without If-Match', { revisionRequired: true }, 'DELETE /widgets/none', 428],
  [113, 'DELETE on a tombstone without If-Match', { revisionRequired: true, gone: true }, 'DELETE /widgets/t1', 428],
  [114, 'PUT with only If-None-Match: "x"', { revisionRequired: true }, 'PUT /widgets/w1 · If-None-Match: "x" · Content-Type: application/json · body {"name":"nut"}', 428],
  [115, 'PATCH with only If-None-Match: *', { revisionRequired: true }, 'PATCH /widgets/w1 · If-None-Match: * · Content-Type: application/json · body []', 428],
  [116, 'missing revision and malformed JSON', { revisionRequired: true }, 'PUT /widgets/w1 · Content-Type: application/json · body {', 428],
  [117, 'missing revision and bad media type', { revisionRequired: true }, 'PUT /widgets/w1 · Content-Type: a/b · body {', 415],
  [118, 'If-Match: * is enough', { revisionRequired: true }, 'PUT /widgets/w1 · If-Match: * · Content-Type: application/json · body {"name":"nut"}', 200, ['ETag ~ ^"[^"]+"$']],
  [119, 'If-None-Match: * is enough to create', { revisionRequired: true }, 'PUT /widgets/new · If-None-Match: * · Content-Type: application/json · body {"name":"nut"}', 201, ['Location ~ ^http://.+/widgets/new$', 'ETag ~ ^"']],
  [120, 'POST create needs none', { revisionRequired: true }, 'POST /widgets · Content-Type: application/json · body {"name":"nut"}', 201]
])
