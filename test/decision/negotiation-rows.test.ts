import t from 'tap'
import { answerIsAcceptable, contentTypeIsSupported } from '../../lib/decision/negotiation-rows.ts'
import { ask, brief, errorOf, headersOf } from './ask.ts'
import type { Wire } from './ask.ts'

t.test('row 13 passes an Accept that admits JSON', async t => {
  for (const accept of [undefined, '', '*/*', 'application/*', 'application/json', 'text/html, application/json;q=0.1']) {
    t.equal(brief(answerIsAcceptable(ask({ headers: { accept } }))), 'pass', String(accept))
  }
})

t.test('row 13 answers 406 to one that does not, and tells what is available', async t => {
  for (const accept of ['text/html', 'application/json;q=0', 'application/problem+json', 'nonsense']) {
    t.strictSame(errorOf(answerIsAcceptable(ask({ headers: { accept } }))), {
      status: 406, message: 'Only application/json is available', detail: { available: ['application/json'] }
    }, accept)
  }
})

t.test('row 14 is no question for methods without content', async t => {
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
    const headers = { contentType: 'text/plain', contentEncoding: 'gzip' }
    t.equal(brief(contentTypeIsSupported(ask({ method, headers, hasContent: true }))), 'pass', method)
  }
})

t.test('row 14 judges the content type and coding', async t => {
  const json = 'application/json'
  const rows: ReadonlyArray<readonly [string, Pick<Wire, 'headers' | 'hasContent'>, number | 'pass']> = [
    ['JSON', { headers: { contentType: json }, hasContent: true }, 'pass'],
    ['JSON in UTF-8', { headers: { contentType: `${json}; charset=utf-8` }, hasContent: true }, 'pass'],
    ['JSON in Latin-1', { headers: { contentType: `${json}; charset=latin1` }, hasContent: true }, 415],
    ['text', { headers: { contentType: 'text/plain' }, hasContent: true }, 415],
    ['a +json suffix', { headers: { contentType: 'application/vnd.x+json' }, hasContent: true }, 415],
    ['content without a type', { hasContent: true }, 415],
    ['neither content nor type', {}, 'pass'],
    ['a foreign type without content', { headers: { contentType: 'text/plain' } }, 415],
    ['an empty type with content', { headers: { contentType: '' }, hasContent: true }, 415],
    ['a coding', { headers: { contentType: json, contentEncoding: 'gzip' }, hasContent: true }, 415],
    ['identity', { headers: { contentType: json, contentEncoding: 'Identity' }, hasContent: true }, 'pass'],
    ['an empty coding', { headers: { contentType: json, contentEncoding: ' , identity ,' }, hasContent: true }, 'pass'],
    ['identity and a coding', { headers: { contentType: json, contentEncoding: 'identity, br' }, hasContent: true }, 415],
    ['a coding without content', { headers: { contentType: json, contentEncoding: 'gzip' } }, 'pass']
  ]
  for (const method of ['POST', 'PUT', 'PATCH']) {
    for (const [name, wire, expected] of rows) t.equal(brief(contentTypeIsSupported(ask({ ...wire, method }))), expected, `${method}, ${name}`)
  }
})

t.test('row 14 tells what is supported, in the field of the method', async t => {
  for (const [method, field] of [['POST', 'accept-post'], ['PUT', 'accept'], ['PATCH', 'accept-patch']] as const) {
    const foreign = contentTypeIsSupported(ask({ method, headers: { contentType: 'text/plain' } }))
    const supported = method === 'PATCH' ? 'application/json, application/json-patch+json, application/merge-patch+json' : 'application/json'
    t.strictSame(headersOf(foreign), { [field]: supported })
    t.match(errorOf(foreign), { message: `The Content-Type is not supported; supported is ${supported}` })
    const untyped = contentTypeIsSupported(ask({ method, hasContent: true }))
    t.strictSame(headersOf(untyped), { [field]: supported })
    t.match(errorOf(untyped), { message: `The content has no Content-Type; supported is ${supported}` })
    const coded = contentTypeIsSupported(ask({ method, headers: { contentType: 'application/json', contentEncoding: 'gzip' }, hasContent: true }))
    t.strictSame(headersOf(coded), { [field]: supported, 'accept-encoding': 'identity' })
  }
})
