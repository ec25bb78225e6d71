import { runCases } from './numbered.ts'

runCases(74, 96, [
  // Negotiation and media types
  [74, 'Accept of something else', {}, 'GET /widgets/w1 · Accept: text/html', 406, ['Vary has accept', 'Content-Type ~ ^application/json']],
  [75, 'explicit exclusion beats the wildcard', {}, 'GET /widgets/w1 · Accept: application/json;q=0, */*', 406],
  [76, 'low quality is still acceptable', {}, 'GET /widgets/w1 · Accept: text/html, application/*;q=0.001', 200],
  [77, 'charset parameter on the range', {}, 'GET /widgets/w1 · Accept: application/json;charset=utf-8', 200],
  [78, 'other parameter on the range', {}, 'GET /widgets/w1 · Accept: application/json;profile=x', 406],
  [79, 'unparsable Accept', {}, 'GET /widgets/w1 · Accept: json', 406],
  [80, 'empty Accept', {}, 'GET /widgets/w1 · Accept:', 200],
  [81, 'DELETE with an unacceptable Accept deletes nothing', {}, 'DELETE /widgets/w1 · Accept: text/html', 406, ['unchanged']],
  [82, 'no coding acceptable', {}, 'GET /widgets/w1 · Accept-Encoding: identity;q=0', 200],
  [83, 'text/plain', {}, 'PUT /widgets/w1 · Content-Type: text/plain · body {"name":"nut"}', 415, ['Accept: application/json']],
  [84, 'content without Content-Type', {}, 'PUT /widgets/w1 · body {"name":"nut"}', 415],
  [85, 'JSON with a Latin-1 charset', {}, 'PUT /widgets/w1 · Content-Type: application/json; charset=iso-8859-1 · body {"name":"nut"}', 415],
  [86, '+json type that is not declared', {}, 'PUT /widgets/w1 · Content-Type: application/vnd.widget+json · body {"name":"nut"}', 415],
  [87, 'case and spacing of the type', {}, 'PUT /widgets/w1 · Content-Type: Application/JSON ; Charset="UTF-8" · body {"name":"nut"}', 200],
  [88, 'unsupported content coding', {}, 'PUT /widgets/w1 · Content-Encoding: gzip · Content-Type: application/json · body {"name":"nut"}', 415, ['Accept-Encoding: identity']],
  [89, 'identity coding', {}, 'PUT /widgets/w1 · Content-Encoding: identity · Content-Type: application/json · body {"name":"nut"}', 200],
  [90, 'PATCH in a foreign format', {}, 'PATCH /widgets/w1 · Content-Type: application/vnd.patch+json · body {}', 415, ['Accept-Patch has application/json']],
  [91, 'DELETE with JSON type and no content', {}, 'DELETE /widgets/w1 · Content-Type: application/json · Content-Length: 0', 200],
  [92, 'DELETE with foreign content', {}, 'DELETE /widgets/w1 · Content-Type: text/xml · body <x/>', 200],
  [93, 'DELETE with unparsable Content-Type', {}, 'DELETE /widgets/w1 · Content-Type: garbage · body <x/>', 200],
  [94, 'PUT with foreign type and no content', {}, 'PUT /widgets/w1 · Content-Type: text/xml · Content-Length: 0', 415],
  [95, 'action with JSON type and no content', { actions: true }, 'POST /widgets/w1?_action=noop · Content-Type: application/json · Content-Length: 0', 204, ['no Content-Type', 'no Content-Length', 'no content']],
  [96, 'bad Accept and bad Content-Type', {}, 'PUT /widgets/w1 · Accept: a/b · Content-Type: a/b · body x', 406]
])
