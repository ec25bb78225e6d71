import t from 'tap'
import { contentIsValid } from '../../lib/decision/content-row.ts'
import type { ContentSource } from '../../lib/decision/content-row.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'
import { ask, brief, errorOf } from './ask.ts'
import type { Wire } from './ask.ts'

const create: Wire = { method: 'POST', target: 'collection' }
const put: Wire = { method: 'PUT' }
const settings: Wire = { method: 'PUT', target: 'singleton' }
const patch: Wire = { method: 'PATCH' }
const ping: Wire = { method: 'POST', search: '_action=ping', resource: { actions: { ping: ['instance'] } } }

function wire (text: string | Uint8Array | undefined): ContentSource {
  return { kind: 'bytes', bytes: typeof text === 'string' ? Buffer.from(text) : text }
}

function judge (given: Wire, text: string | Uint8Array | undefined): number | 'pass' | object {
  return brief(contentIsValid(ask(given), wire(text)))
}

t.test('row 16 is no question for methods without content', async t => {
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) t.equal(judge({ method }, 'no JSON'), 'pass', method)
})

t.test('row 16 finds the content of a document, _id and _rev taken out', async t => {
  const text = '{"_id":"w1","_rev":"7","name":"nut","_other":[1,null]}'
  const content = { name: 'nut', _other: [1, null] }
  t.strictSame(judge(create, text), { content, contentId: 'w1' })
  for (const given of [put, { ...put, headers: { ifMatch: '*' } }, { ...put, headers: { ifNoneMatch: '*' } }, settings]) {
    t.strictSame(judge(given, text), { content, contentId: undefined }, JSON.stringify(given))
  }
})

t.test('row 16 answers 400 to what is no JSON object', async t => {
  for (const given of [create, put, settings]) {
    for (const text of ['', ' \t\r\n', '[]', 'null', '1', '"x"', 'true', '{', '{"a":1}x', '{"a":undefined}', "{'a':1}", '\ufeff', '{"__proto__":1}']) {
      t.equal(judge(given, text), 400, JSON.stringify(text))
    }
    t.equal(judge(given, undefined), 400, 'no content')
    t.equal(judge(given, Buffer.from([0x22, 0xff, 0x22])), 400, 'ill-formed UTF-8')
    t.equal(judge(given, Buffer.from('{"a":"\0"}'.replace('\0', '\\u0000'))), 400, 'U+0000')
  }
  t.match(errorOf(contentIsValid(ask(put), wire(undefined))), { message: 'The request has no content' })
  t.match(errorOf(contentIsValid(ask(put), wire('[]'))), { message: 'The content must be a JSON object' })
  t.match(errorOf(contentIsValid(ask(put), wire('{'))), { message: 'The content is not valid JSON', detail: /JSON/ })
})

t.test('row 16 judges the schema, unless prepare sets members first', async t => {
  const seen: unknown[] = []
  const checkContent = (content: unknown): void => { seen.push(content); throw new BadRequest('no fit') }
  t.equal(judge({ ...put, resource: { checkContent } }, '{"_id":"w1","a":1}'), 400)
  t.strictSame(seen, [{ a: 1 }])
  t.strictSame(judge({ ...put, resource: { checkContent, prepare: ({ content }) => content } }, '{"a":1}'), { content: { a: 1 }, contentId: undefined })
})

t.test('row 16 does not hide a failure of the check itself', async t => {
  const checkContent = (): void => { throw new TypeError('broken') }
  t.throws(() => contentIsValid(ask({ ...put, resource: { checkContent } }), wire('{}')), new TypeError('broken'))
})

t.test('row 16 takes the id of a create from _id, null being absent', async t => {
  const rows: ReadonlyArray<readonly [JsonValue | undefined, string | undefined | 400]> = [
    [undefined, undefined], [null, undefined], ['w2', 'w2'], ['a/b', 'a/b'], ['é'.repeat(127), 'é'.repeat(127)], ['widgets', 'widgets'], ['x/widgets/', 'x/widgets/'],
    ['', 400], ['.', 400], ['..', 400], ['a\nb', 400], ['\u007f', 400], ['é'.repeat(128), 400], [1, 400], [true, 400], [{}, 400], [['w2'], 400],
    ['widgets/w2', 400]
  ]
  for (const [id, expected] of rows) {
    const verdict = judge(create, JSON.stringify({ _id: id }))
    t.strictSame(verdict, expected === 400 ? 400 : { content: {}, contentId: expected }, JSON.stringify(id))
  }
  t.match(errorOf(contentIsValid(ask(create), wire('{"_id":"widgets/x"}'))), { detail: { pointer: '/_id' } })
})

t.test('row 16 wants _id to agree with the path of an instance', async t => {
  for (const headers of [{}, { ifMatch: '*' }, { ifNoneMatch: '*' }]) {
    for (const id of ['"w1"', 'null']) t.not(judge({ ...put, headers }, `{"_id":${id}}`), 400, id)
    for (const id of ['"w2"', '"W1"', '1', '""', '"/widgets/w1"', '"widgets/w1"', '["w1"]']) t.equal(judge({ ...put, headers }, `{"_id":${id}}`), 400, id)
  }
  t.strictSame(errorOf(contentIsValid(ask(put), wire('{"_id":"w2"}'))), { status: 400, message: '_id differs from the id in the path', detail: { pointer: '/_id' } })
})

t.test('row 16 ignores _id on a singleton', async t => {
  t.strictSame(judge(settings, '{"_id":5,"a":1}'), { content: { a: 1 }, contentId: undefined })
})

t.test('row 16 finds the operations of a patch', async t => {
  t.strictSame(judge(patch, '[]'), { patch: { language: 'common-rest', operations: [] } })
  t.strictSame(judge(patch, '[{"operation":"ADD","field":"a/-","value":1},{"operation":"remove","field":"/b"}]'), {
    patch: { language: 'common-rest', operations: [{ kind: 'add', field: ['a', '-'], value: 1 }, { kind: 'remove', field: ['b'] }] }
  })
  for (const text of ['', '{}', 'null', '[1]', '[{}]', '[{"operation":"bogus","field":"a"}]', '[{"operation":"add","field":"a"}]', '[']) {
    t.equal(judge(patch, text), 400, text)
  }
})

t.test('row 16 reads a patch in the language of its media type', async t => {
  const typed = (contentType: string): Wire => ({ ...patch, headers: { contentType } })
  t.strictSame(judge(typed('application/merge-patch+json; charset=utf-8'), '{"a":null}'), { patch: { language: 'merge-patch', members: { a: null } } })
  t.match(judge(typed('Application/JSON-Patch+JSON'), '[{"op":"test","path":"/a","value":1}]'), { patch: { language: 'json-patch' } })
  t.equal(judge(typed('application/merge-patch+json'), '[]'), 400)
  t.equal(judge(typed('application/json-patch+json'), '[{"operation":"remove","field":"/a"}]'), 400)
})

t.test('row 16 answers 501 to a patch operation that is not offered, after the syntax of all', async t => {
  t.equal(judge(patch, '[{"operation":"transform","field":"a","value":{}}]'), 501)
  t.equal(judge(patch, '[{"operation":"transform","field":"a","value":{}},{"operation":"add","field":"a"}]'), 400)
})

t.test('row 16 takes any JSON value, and none, as the content of an action', async t => {
  for (const value of [null, 0, 'x', false, [], {}, { _id: 'w2' }]) t.strictSame(judge(ping, JSON.stringify(value)), { actionContent: value }, JSON.stringify(value))
  for (const text of [undefined, '', '\n']) t.strictSame(judge(ping, text), { actionContent: undefined }, String(text))
  for (const text of ['{', 'x', Buffer.from([0xff])]) t.equal(judge(ping, text), 400)
})

t.test('row 16 judges the content of an action by the schema of the action', async t => {
  const seen: unknown[] = []
  const given: Wire = { ...ping, resource: { ...ping.resource, checkActionContent (value) { seen.push(value); if (value !== 1) throw new BadRequest('must be 1') } } }
  t.strictSame(judge(given, '1'), { actionContent: 1 })
  t.equal(judge(given, '2'), 400)
  t.equal(judge(given, ''), 400)
  t.strictSame(seen, [1, 2, undefined])
  t.strictSame(brief(contentIsValid(ask({ ...given, facts: { action: undefined } }), wire('2'))), { actionContent: 2 })
})

t.test('row 16 judges the value of an in-process call in the same way', async t => {
  const inProcess = (given: Wire, value: JsonValue | undefined): number | 'pass' | object => brief(contentIsValid(ask(given), { kind: 'value', value }))
  t.strictSame(inProcess(create, { _id: 'w2', a: 1 }), { content: { a: 1 }, contentId: 'w2' })
  t.strictSame(inProcess(patch, []), { patch: { language: 'common-rest', operations: [] } })
  t.strictSame(inProcess(ping, undefined), { actionContent: undefined })
  t.strictSame(inProcess(ping, ''), { actionContent: '' })
  t.equal(inProcess(create, undefined), 400)
  t.equal(inProcess(create, [1]), 400)
  t.equal(inProcess(create, { a: '\0' }), 400)
  t.equal(inProcess(create, { a: '\ud800' }), 400)
  t.equal(inProcess(ping, { a: NaN }), 400)
})
