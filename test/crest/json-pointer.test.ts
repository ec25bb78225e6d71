import fc from 'fast-check'
import t from 'tap'
import { arrayIndex, formatJsonPointer, parseJsonPointer, resolvePointer } from '../../lib/crest/json-pointer.ts'

t.test('a pointer is parsed in every form that Common REST takes', async t => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['/', []],
    ['a', ['a']],
    ['/a', ['a']],
    ['a/', ['a']],
    ['/a/', ['a']],
    ['a/b', ['a', 'b']],
    ['//a', ['', 'a']],
    ['//', ['']],
    ['a//b', ['a', '', 'b']],
    ['a//', ['a', '']],
    ['a%2Fb', ['a/b']],
    ['a%2fb', ['a/b']],
    ['a~1b', ['a/b']],
    ['a~0b', ['a~b']],
    ['~01', ['~1']],
    ['~t', ['~t']],
    ['a~', ['a~']],
    ['a%7E1b', ['a/b']],
    ['c%20d', ['c d']],
    ['50%25', ['50%']],
    ['%C3%89', ['É']],
    ['Éve', ['Éve']],
    ['😀', ['😀']],
    ['a[0]', ['a[0]']],
    ['l/-', ['l', '-']],
    ['a.b:c', ['a.b:c']],
    ['constructor/prototype', ['constructor', 'prototype']],
    ['%01', ['\u0001']]
  ]
  for (const [text, tokens] of rows) t.strictSame(parseJsonPointer(text), tokens, JSON.stringify(text))
})

t.test('a malformed pointer gives undefined', async t => {
  const rows = [
    'b c', ' a', 'a"', 'a<', 'a>', 'a\\', 'a^', 'a`', 'a{', 'a}', 'a|b', 'a#b', '%', 'a%2', 'a%zz', '%E9', '%00', 'a\tb', '\u007f',
    '\u0085', 'a\ud800', '__proto__', '/a/__proto__/b', '__proto__/', '%5F_proto__'
  ]
  for (const text of rows) t.equal(parseJsonPointer(text), undefined, JSON.stringify(text))
})

t.test('a pointer is printed by RFC 6901, with escapes for what it cannot hold', async t => {
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[], ''],
    [['a', 'b'], '/a/b'],
    [['a/b', '~'], '/a~1b/~0'],
    [['c d', '%', '"'], '/c%20d/%25/%22'],
    [['', 'a'], '//a'],
    [[''], '//'],
    [['a', ''], '/a//'],
    [['__proto__'], '/__proto__']
  ]
  for (const [tokens, text] of rows) t.equal(formatJsonPointer(tokens), text)
})

t.test('parsing gives back the tokens that were printed', async () => {
  const token = fc.string({ unit: 'binary' }).filter(token => token !== '__proto__' && !token.includes('\0'))
  fc.assert(fc.property(fc.array(token), tokens => {
    t.strictSame(parseJsonPointer(formatJsonPointer(tokens)), tokens)
  }))
})

t.test('parsing never throws, and printing what it gives is stable', async t => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('/', '~', '0', '1', '%', '2', 'a', '_') })), text => {
    const tokens = parseJsonPointer(text)
    if (tokens !== undefined) t.strictSame(parseJsonPointer(formatJsonPointer(tokens)), tokens)
  }))
})

t.test('an array index has no leading zero', async t => {
  t.equal(arrayIndex('0'), 0)
  t.equal(arrayIndex('10'), 10)
  for (const token of ['', '-', '01', '-1', '1.0', '1e1', 'a', ' 1']) t.equal(arrayIndex(token), undefined, token)
})

t.test('a pointer resolves by own properties only', async t => {
  const value = { a: { b: 1, '': { c: null } }, l: [1, [2]], s: 'text', 0: 'zero' }
  const rows: readonly (readonly [string, unknown])[] = [
    ['', value],
    ['a/b', 1],
    ['a//c', null],
    ['l/0', 1],
    ['l/1/0', 2],
    ['0', 'zero'],
    ['l/2', undefined],
    ['l/-', undefined],
    ['l/00', undefined],
    ['l/length', undefined],
    ['s/0', undefined],
    ['s/length', undefined],
    ['a//c/d', undefined],
    ['nope', undefined],
    ['constructor', undefined],
    ['a/toString', undefined],
    ['constructor/prototype', undefined]
  ]
  for (const [text, expected] of rows) t.strictSame(resolvePointer(value, parseJsonPointer(text) ?? ['bad']), expected, text)
  t.equal(resolvePointer(undefined, ['a']), undefined)
  t.equal(resolvePointer({ a: 1 }, ['__proto__']), undefined)
})
