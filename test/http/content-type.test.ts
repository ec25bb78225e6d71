import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { isSupportedContentType, parseMediaType } from '../../lib/http/content-type.ts'

const json: readonly string[] = ['application/json']

t.test('a media type is read into its type and parameters', async t => {
  const cases: ReadonlyArray<readonly [string, string, Readonly<Record<string, string>>]> = [
    ['application/json', 'application/json', {}],
    [' \tApplication/JSON\t ', 'application/json', {}],
    ['Application/JSON ; Charset="UTF-8"', 'application/json', { charset: 'UTF-8' }],
    ['a/b;c=d;E=F', 'a/b', { c: 'd', e: 'F' }],
    ['a/b;', 'a/b', {}],
    ['a/b ; ; ;c=d ; ', 'a/b', { c: 'd' }],
    ['a/b;c=""', 'a/b', { c: '' }],
    ['a/b;c="x;y, z=\\"\\\\ \t\xe9"', 'a/b', { c: 'x;y, z="\\ \t\xe9' }],
    ['a/b;c="\\a\\ "', 'a/b', { c: 'a ' }],
    ['a/b;c=1;C=2', 'a/b', { c: '1' }],
    ['*/*;q=0.5', '*/*', { q: '0.5' }]
  ]
  for (const [value, type, parameters] of cases) {
    const parsed = parseMediaType(value)
    t.equal(parsed?.type, type, value)
    t.strictSame(Object.fromEntries(parsed?.parameters ?? []), parameters, value)
  }
  t.equal(parseMediaType('application/vnd.x+json;__proto__=1')?.parameters.get('__proto__'), '1')
})

t.test('what is no media type is undefined', async t => {
  const values = ['', ' ', 'garbage', '/', 'a/', '/b', 'a/b/c', 'a /b', 'a/ b', 'a/b c', 'a/b, c/d', 'a/b;c', 'a/b;c=', 'a/b;=d',
    'a/b;c =d', 'a/b;c= d', 'a/b;c="d', 'a/b;c="d\\"', 'a/b;c="d"e', 'a/b;c="\x00"', 'a/b;c="\x7f"', 'a/b;c="\u20ac"',
    'a/b;c="\\\x7f"', 'a/b;c=d=e', 'a/b;c=\xe9', '\xe9/b', 'a/b\n', 'a/b;\n']
  for (const value of values) t.equal(parseMediaType(value), undefined, JSON.stringify(value))
})

t.test('content is supported if its type is listed and its charset is utf-8 or absent', async t => {
  for (const value of ['application/json', 'Application/JSON ; Charset="UTF-8"', 'application/json;charset=utf-8',
    'application/json; charset=Utf-8; profile=x', 'application/json;', 'application/json;charset="\\utf-8"']) {
    t.ok(isSupportedContentType(value, json), value)
  }
  for (const value of ['text/plain', 'application/vnd.widget+json', 'application/json; charset=iso-8859-1', 'application/json;charset=utf8',
    'application/json;charset=""', 'application/json; charset', 'garbage', '', '*/*', 'application/json, application/json',
    'application/json;charset=latin1;charset=utf-8']) {
    t.notOk(isSupportedContentType(value, json), value)
  }
  t.ok(isSupportedContentType('application/merge-patch+json', ['application/json', 'application/merge-patch+json']))
  t.notOk(isSupportedContentType('application/json', []))
})

t.test('reading is total, and a quoted value is read back as it was', async t => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('a', '/', ';', '=', '"', '\\', ' ') })), value => {
    const parsed = parseMediaType(value)
    assert.ok(parsed === undefined || parsed.type.includes('/'))
  }))
  const characters = fc.integer({ min: 0x20, max: 0xff }).filter(code => code < 0x7f || code > 0x7f).map(code => String.fromCharCode(code))
  fc.assert(fc.property(fc.string({ unit: characters }), text => {
    const value = `a/b; c="${text.replace(/["\\]/g, '\\$&')}"`
    assert.equal(parseMediaType(value)?.parameters.get('c'), text)
  }))
})

t.test('a hostile value is read in linear time', async t => {
  const long = 200_000
  const hostile = [`a/b${' '.repeat(long)}x`, `a/b${';'.repeat(long)}x`, `a/b;c="${'\\"'.repeat(long)}`, `a/b;c="${'a'.repeat(long)}`,
    'a'.repeat(long), `a/b;${'c'.repeat(long)}`, `a/b${'; '.repeat(long)}x`, `${' '.repeat(long)}x`, `a/b${';c=d'.repeat(long)}"`]
  const start = performance.now()
  for (const value of hostile) t.equal(parseMediaType(value), undefined)
  t.ok(performance.now() - start < 2000)
})
