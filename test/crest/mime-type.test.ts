import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { parseMimeType, renderField, singleField } from '../../lib/crest/mime-type.ts'
import { BadRequest } from '../../lib/errors.ts'
import type { JsonValue } from '../../lib/json.ts'

t.test('one media type is read, its parameters are left out', async t => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['text/plain', 'text/plain'], ['Text/PLAIN', 'text/plain'], [' image/png ', 'image/png'], ['image/svg+xml', 'image/svg+xml'],
    ['application/vnd.a.b-c_d+json', 'application/vnd.a.b-c_d+json'], ['text/plain;charset=utf-8', 'text/plain'], ['text/plain ; charset="a\\"b,c;" ;; x=*;', 'text/plain'],
    ['a/b', 'a/b'], [`a/${'b'.repeat(127)}`, `a/${'b'.repeat(127)}`]
  ]
  for (const [value, type] of cases) t.equal(parseMimeType(value), type, value)
})

t.test('what is no media type, a list or a wildcard is not read', async t => {
  const values = [
    '', ' ', 'text', 'text/', '/plain', 'text/plain/x', 'a/b,c/d', 'a/b, c/d', 'a/b c', 'a /b', '*', '*/*', 'image/*', '*/png', 'image/p*g', 'a/b;x', 'a/b;x=', 'a/b;=y', 'a/b;x="y',
    'a/b;x = y', 'a/é', 'a/b\r\nx: y', 'a/b\n', `a/${'b'.repeat(128)}`, '-a/b', 'a/"b"', 'text/plain\0'
  ]
  for (const value of values) t.equal(parseMimeType(value), undefined, value)
})

t.test('a hostile media type is judged in linear time', async t => {
  const many = 100_000
  const start = performance.now()
  for (const value of ['a/b' + ' '.repeat(many) + 'x', 'a/b' + ';'.repeat(many) + 'x', 'a/b' + '; '.repeat(many) + '=', 'a/b;' + ' '.repeat(many) + '=', 'a/b' + ';a=b'.repeat(many) + '"', 'a/b;a="' + '\\a'.repeat(many)]) {
    t.equal(parseMimeType(value), undefined)
  }
  t.ok(performance.now() - start < 2000)
})

t.test('plain text is the text itself, or the JSON of what is none', async t => {
  const cases: ReadonlyArray<readonly [JsonValue, string]> = [
    ['säy', 'säy'], ['', ''], ['<b>', '<b>'], [1.5, '1.5'], [0, '0'], [true, 'true'], [false, 'false'], [null, 'null'], [['a', 1], '["a",1]'], [{ a: { b: 'é' } }, '{"a":{"b":"é"}}']
  ]
  for (const [value, body] of cases) {
    t.strictSame(renderField('text/plain', value), { body, contentType: 'text/plain; charset=utf-8', disposition: undefined }, JSON.stringify(value))
  }
})

t.test('any other type is the bytes of a base64 text', async t => {
  const cases: ReadonlyArray<readonly [string, readonly number[]]> = [
    ['', []], ['AA', [0]], ['AA==', [0]], ['AAE', [0, 1]], ['AAE=', [0, 1]], ['AAEC', [0, 1, 2]], ['-_8', [0xfb, 0xff]], ['-_8=', [0xfb, 0xff]], ['+/8', [0xfb, 0xff]], ['+/8=', [0xfb, 0xff]]
  ]
  for (const [value, bytes] of cases) t.strictSame(renderField('image/png', value), { body: Buffer.from(bytes), contentType: 'image/png', disposition: undefined }, value)
})

t.test('what is no base64 text is refused', async t => {
  const values: readonly JsonValue[] = [
    'A', 'AAAAA', '=', '==', 'A=', 'A===', 'AA=', 'AA===', 'AAA==', 'AAAA=', 'AAAA====', 'AA==AA', '=AAA', 'A A', 'AAAA\n', ' AAAA', 'AA\r\nAA', 'AAé', 'AA.A', 'AA~A', 'A+_A', '-A/A', 'AA\0A',
    'data:image/png;base64,AAAA', 0, 1, true, null, [], {}, ['AAAA']
  ]
  for (const value of values) t.throws(() => renderField('image/png', value), BadRequest, JSON.stringify(value))
  t.throws(() => renderField('application/pdf', 5), { message: /application\/pdf/, statusCode: 400 })
})

t.test('what a browser could run is to be saved', async t => {
  const shown = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']
  const saved = ['image/svg+xml', 'text/html', 'application/pdf', 'application/octet-stream', 'text/javascript', 'application/xhtml+xml', 'text/xml', 'text/plainer', 'image/x', 'video/mp4']
  for (const type of shown) t.equal(renderField(type, 'AA').disposition, undefined, type)
  for (const type of saved) t.strictSame(renderField(type, 'AA'), { body: Buffer.from([0]), contentType: type, disposition: 'attachment' }, type)
})

t.test('bytes come back from both alphabets', async t => {
  fc.assert(fc.property(fc.uint8Array(), bytes => {
    const buffer = Buffer.from(bytes)
    for (const encoding of ['base64', 'base64url'] as const) assert.deepEqual(renderField('a/b', buffer.toString(encoding)).body, buffer)
  }))
})

t.test('a text is refused or read in full', async t => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('A', 'Q', '-', '_', '+', '/', '=', ' ') }), text => {
    let body
    try {
      ({ body } = renderField('a/b', text))
    } catch (error) {
      assert.ok(error instanceof BadRequest)
      return
    }
    assert.equal(body.length, Math.floor(text.replace(/=+$/, '').length * 3 / 4))
  }))
})

t.test('_mimeType needs one field', async t => {
  const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['photo', ['photo']], ['/photo', ['photo']], [' photo ', ['photo']], ['photo,', ['photo']], ['photo , ,', ['photo']], ['a/0/b', ['a', '0', 'b']], ['a~1b', ['a/b']], ['a%2Cb', ['a,b']],
    ['_id', ['_id']], ['*_ref', ['*_ref']]
  ]
  for (const [value, pointer] of cases) t.strictSame(singleField([value]), pointer, value)
  const none: ReadonlyArray<readonly string[]> = [[], [''], ['/'], [','], [' '], ['*'], ['/*'], ['a/*'], ['a/*/b'], ['a,b'], ['a,a'], [',a'], ['a', 'b'], ['a', ''], ['a b'], ['%'], ['__proto__']]
  for (const values of none) t.equal(singleField(values), undefined, JSON.stringify(values))
  t.equal(singleField([`a${' '.repeat(200_000)}b`]), undefined)
})
