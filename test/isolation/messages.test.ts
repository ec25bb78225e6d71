import t from 'tap'
import type { InjectOptions } from 'fastify'
import { Type } from 'typebox'
import { buildApp, fails, loose } from '../plugin/app.ts'

const json = { 'content-type': 'application/json' }
const long = 'x'.repeat(10_000)
/** Line breaks, escapes of terminals, a separator of lines, a mark that turns the direction of text. */
const evil = 'a\r\nb\0\x1b[31m\x85\u2028\u202e\x7f'
// eslint-disable-next-line no-control-regex
const raw = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** As a header field can have it. */
function printable (text: string): string {
  return text.replaceAll(/[^ -~]/g, '?')
}

/** Requests that are refused, with a text in every place that a message may quote. */
function requests (text: string): readonly InjectOptions[] {
  const at = encodeURIComponent(text)
  const query = (parameters: Readonly<Record<string, string>>): InjectOptions => ({ url: `/things?${new URLSearchParams(parameters).toString()}` })
  const patch = (payload: unknown, type: string = 'application/json'): InjectOptions => ({ method: 'PATCH', url: '/things/a', headers: { 'content-type': type }, payload: JSON.stringify(payload) })
  const put = (payload: unknown): InjectOptions => ({ method: 'PUT', url: '/things/a', headers: json, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) })
  const header = (name: string): InjectOptions => ({ url: '/versioned/a', headers: { [name]: printable(text) } })
  const form = (name: string, filename: string, payload: string): InjectOptions => ({
    method: 'PUT',
    url: '/things/b',
    headers: { 'content-type': 'multipart/form-data; boundary=line' },
    payload: `--line\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n${payload}\r\n--line\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\nx\r\n--line--\r\n`
  })
  return [
    { url: `/things/${at}` }, { url: `/unknown/${at}` }, { url: `/things/a/${at}` }, { url: `/realms/${at}/users/a` }, { method: text.slice(0, 1) === 'x' ? 'TRACE' as never : 'GET', url: `/things/${at}` },
    query({ [`_${text}`]: 'x' }), { url: `/things?_${at}%zz=1` }, { url: `/things?_fields%FF${at}=1` }, query({ _queryFilter: text }), query({ _queryFilter: `a ${text} 1` }), query({ _queryFilter: `a eq "${text}` }), query({ _queryFilter: `a eq ${text}` }),
    query({ _queryFilter: `"${text}"` }), query({ _queryFilter: `a in "${text}"` }), query({ _queryFilter: `a eq 1 ${text}` }), query({ _queryFilter: `secret/${text.replaceAll(/[^\w]/g, '%01')} eq 1` }), query({ _sortKeys: `a^${text}` }), query({ _sortKeys: `secret/${text.replaceAll(/[^\w]/g, '%01')}` }),
    query({ _fields: `a^${text}` }), query({ _pageSize: text }), query({ _pagedResultsCookie: text }), query({ _totalPagedResultsPolicy: text }), query({ _queryId: text }), query({ _queryExpression: text }), query({ _countOnly: text }),
    { url: `/things/a?_fields=a&_mimeType=${at}` }, { url: `/things/a?_fields=n&_mimeType=${'a'.repeat(127)}/${'b'.repeat(127)}` }, { method: 'POST', url: `/things?_action=${at}` }, { method: 'POST', url: '/things', headers: { 'x-http-method-override': printable(text) } },
    patch([{ operation: text, field: 'a' }]), patch([{ operation: 'add', field: `^${text}`, value: 1 }]), patch([{ operation: 'remove', field: `/a/${text.replaceAll(/[^\w]/g, '%01')}/b` }]), patch([{ operation: 'copy', from: '/secret', field: `/${text.replaceAll(/[^\w]/g, '%01')}` }]),
    patch([{ operation: 'move', from: `/none/${text.replaceAll(/[^\w]/g, '%01')}`, field: '/b' }]), patch([{ op: text, path: '/a' }], 'application/json-patch+json'), patch([{ op: 'test', path: `/${text}`, value: 1 }], 'application/json-patch+json'), patch([{ op: 'add', path: `~${text}`, value: 1 }], 'application/json-patch+json'),
    patch([{ op: 'add', path: `/strict/${text}`, value: 1 }], 'application/json-patch+json'), patch({ strict: { [text]: 1 } }, 'application/merge-patch+json'), patch({ made: { [text]: 1 } }, 'application/merge-patch+json'),
    put(`{"${text}`), put(text), put(`[${text}]`), put({ [text]: { __proto__x: 1, constructor: { prototype: 1 } } }), put({ [text]: ['\0'] }), put({ [text]: ['\ud800'] }), put({ strict: { [text]: 1 } }), put({ _id: text }), put({ made: { [text]: 1 } }),
    { method: 'POST', url: '/things', headers: json, payload: JSON.stringify({ _id: `${text}${long}` }) }, { method: 'PUT', url: '/things/a', headers: { 'content-type': `text/${printable(text)}` }, payload: 'x' }, { method: 'PUT', url: '/things/a', headers: { ...json, 'content-encoding': printable(text) }, payload: '{}' },
    ...['accept', 'accept-api-version', 'if-match', 'if-none-match', 'prefer'].map(header), { url: '/versioned/a', headers: { 'accept-api-version': `resource=9.${'9'.repeat(9000)}` } },
    form('f', 'f', `{"x":{"$ref":"cid:${printable(text)}#content"}}`), form(printable(text).slice(0, 3000), 'f', `{"x":{"$ref":${JSON.stringify(text)}}}`), form('f', text, '{"strict":{"x":{"$ref":"cid:f#filename"}}}')
  ]
}

t.test('messages quote at most 200 characters of a request, and no control characters', async (t) => {
  const app = await buildApp(t, { options: { multipart: true }, server: { http: { maxHeaderSize: 200_000 } } })
  const things = app.resource('/things', loose({
    schema: Type.Object({ strict: Type.Optional(Type.Object({}, { additionalProperties: Type.String() })) }), writeOnly: ['/secret'], readOnly: ['/made']
  }))
  app.resource('/realms/:realm/users', {})
  app.resource('/versioned', { versions: ['1.0'] })
  await things.create({ a: [1], n: 1 } as never, { id: 'a' })
  let refused = 0
  const problems: string[] = []
  for (const text of [long, evil, `${evil}${long}`, `${'é'.repeat(5000)}`, '😀'.repeat(3000)]) {
    for (const request of requests(text)) {
      const { statusCode, body } = await app.inject(request)
      if (statusCode < 400) continue
      refused++
      const { message, detail } = JSON.parse(body) as { message: string, detail?: unknown }
      const name = `${request.method ?? 'GET'} ${String(request.url).slice(0, 60)} ${String(request.payload).slice(0, 60)}: ${statusCode}`
      if (statusCode === 500) problems.push(name)
      if (message.length > 400) problems.push(`${name}: ${message.length} characters`)
      if (raw.test(message)) problems.push(`${name}: ${JSON.stringify(message)}`)
      const detailText = JSON.stringify(detail ?? '')
      if (detailText.length > 1000 || raw.test(JSON.stringify(JSON.parse(detailText)).replaceAll(/\\u00[01][0-9a-f]|\\[rnt]/g, ''))) problems.push(`${name}: ${detailText.slice(0, 300)}`)
      if (/x{201}|é{201}/.test(message + detailText)) problems.push(`${name}: ${message} ${detailText.slice(0, 300)}`)
    }
  }
  // Escaped, as what is found here would confuse reporters.
  t.strictSame(problems.map((problem) => JSON.stringify(problem).replaceAll(/[^ -~]/g, encodeURIComponent)), [])
  t.ok(refused > 250, `${refused} refused`)
  for (const text of [long, evil]) {
    for (const call of [things.query({ filter: text }), things.query({ sortKeys: [`^${text}`] as never }), things.read('a', { fields: [`^${text}`] }), things.patch('a', [{ operation: text as never, field: '/a' }])]) {
      const { message } = await fails(t, call, 400)
      t.ok(message.length < 400 && !raw.test(message), message.slice(0, 100))
    }
  }
})
