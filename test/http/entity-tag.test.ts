import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { formatEntityTag, isRevision, matchesStrongly, matchesWeakly, parseTagCondition } from '../../lib/http/entity-tag.ts'
import type { EntityTag } from '../../lib/http/entity-tag.ts'

const strong = (opaque: string): EntityTag => ({ weak: false, opaque })
const weak = (opaque: string): EntityTag => ({ weak: true, opaque })

const revisions = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)),
  minLength: 1
}).filter(isRevision)

t.test('a readable list gives its tags in order', async t => {
  const cases: ReadonlyArray<readonly [string, readonly EntityTag[]]> = [
    ['"a"', [strong('a')]],
    ['W/"a"', [weak('a')]],
    ['""', [strong('')]],
    ['W/""', [weak('')]],
    ['W/"*"', [weak('*')]],
    ['"a*"', [strong('a*')]],
    ['"W/a"', [strong('W/a')]],
    ['"a", W/"b"', [strong('a'), weak('b')]],
    ['"a","b"', [strong('a'), strong('b')]],
    [' \t"a" \t,\t "b"\t ', [strong('a'), strong('b')]],
    [', ,"a",, "b" ,', [strong('a'), strong('b')]],
    ['"a,b" ,, "c\\d", "7"', [strong('a,b'), strong('c\\d'), strong('7')]],
    ['"a", W/"*"', [strong('a'), weak('*')]],
    ['"\x80\xff\xa0"', [strong('\x80\xff\xa0')]]
  ]
  for (const [field, tags] of cases) {
    t.strictSame(parseTagCondition(field), { kind: 'tags', tags }, field)
  }
})

t.test('a star, quoted or not, asks for any representation', async t => {
  for (const field of ['*', ' *\t', '"*"', ' "*" ', ',"*",']) {
    t.strictSame(parseTagCondition(field), { kind: 'any' }, field)
  }
})

t.test('one unquoted tag alone is the strong tag of that text', async t => {
  for (const text of ['zzz', '0', "'x'", 'w/x', 'a/W/', '=?\\[]{}', 'W', '\xe9', '\xa0']) {
    t.strictSame(parseTagCondition(text), { kind: 'tags', tags: [strong(text)] }, text)
    t.strictSame(parseTagCondition(`\t${text} `), { kind: 'tags', tags: [strong(text)] }, `${text} with white space around it`)
  }
})

t.test('what cannot be read is malformed, with a reason', async t => {
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    ['', /empty/],
    [' \t', /empty/],
    [',', /quotes/],
    [', ,', /quotes/],
    ['*,', /quotes/],
    ['*, *', /quotes/],
    ['**', /quotes/],
    ['a*', /quotes/],
    ['a, b', /quotes/],
    ['a b', /quotes/],
    ['a\tb', /quotes/],
    ['a\x7f', /quotes/],
    ['a\x00', /quotes/],
    ['\u20ac', /quotes/],
    ["'a','b'", /quotes/],
    ['W/', /quotes/],
    ['W/a', /quotes/],
    ['w/"a"', /quotes/],
    ['W /"a"', /quotes/],
    ['W/ "a"', /quotes/],
    ['a"', /quotes/],
    ['"a", b', /quotes/],
    ['b, "a"', /quotes/],
    ['"a", *', /quotes/],
    ['*, "a"', /quotes/],
    ['"a', /closed/],
    ['"', /closed/],
    ['"a", "b', /closed/],
    ['"a b"', /white space/],
    ['"a\tb"', /white space/],
    ['" "', /white space/],
    ['"\x00"', /control/],
    ['"\x1f"', /control/],
    ['"\x7f"', /control/],
    ['"\u20ac"', /control/],
    ['"a" "b"', /comma/],
    ['"a""b"', /comma/],
    ['"a"W/"b"', /comma/],
    ['"a"b', /comma/],
    ['"a";"b"', /comma/],
    ['"a", "*"', /star/],
    ['"*", "*"', /star/]
  ]
  for (const [field, reason] of cases) {
    const parsed = parseTagCondition(field)
    t.match(parsed, { kind: 'malformed', reason }, JSON.stringify(field))
  }
})

t.test('parsing is total, and white space around the value means nothing', async t => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', 'W', '/', ',', ' ', '*', 'a') })), field => {
    const parsed = parseTagCondition(field)
    assert.deepEqual(parseTagCondition(` ${field}\t`), parsed)
    assert.ok(parsed.kind !== 'tags' || parsed.tags.length > 0)
  }), { numRuns: 300 })
})

t.test('a formatted revision is read back as the one strong tag of it', async t => {
  t.equal(formatEntityTag('7'), '"7"')
  fc.assert(fc.property(revisions, revision => {
    assert.deepEqual(parseTagCondition(formatEntityTag(revision)), { kind: 'tags', tags: [strong(revision)] })
  }))
})

t.test('a formatted list is read back as it was', async t => {
  fc.assert(fc.property(fc.array(fc.record({ weak: fc.boolean(), opaque: revisions }, { noNullPrototype: true }), { minLength: 1 }), tags => {
    const field = tags.map(tag => `${tag.weak ? 'W/' : ''}"${tag.opaque}"`).join(', ')
    assert.deepEqual(parseTagCondition(field), { kind: 'tags', tags })
  }))
})

t.test('a revision is visible ASCII without the double quote, and not a star', async t => {
  for (const text of ['0', 'a,b', '3-af', '**', 'W/1', "'", '\\', '~', '!']) t.ok(isRevision(text), text)
  for (const text of ['', '*', '"', 'a"b', 'a b', ' ', 'a\n', '\t', '\x7f', '\x00', '\xe9', '\u20ac']) {
    t.notOk(isRevision(text), JSON.stringify(text))
  }
})

t.test('the comparisons are those of RFC 9110 table 3', async t => {
  const cases: ReadonlyArray<readonly [EntityTag, EntityTag, boolean, boolean]> = [
    [weak('1'), weak('1'), false, true],
    [weak('1'), weak('2'), false, false],
    [weak('1'), strong('1'), false, true],
    [strong('1'), weak('1'), false, true],
    [strong('1'), strong('1'), true, true],
    [strong('1'), strong('2'), false, false]
  ]
  for (const [a, b, strongly, weakly] of cases) {
    t.equal(matchesStrongly(a, b), strongly, `${JSON.stringify([a, b])} strongly`)
    t.equal(matchesWeakly(a, b), weakly, `${JSON.stringify([a, b])} weakly`)
  }
})

t.test('a hostile value is read in linear time', async t => {
  const hostile = ['"a",'.repeat(100_000), ','.repeat(400_000), `a${' '.repeat(400_000)}b`, `"a"${' '.repeat(400_000)}b`, '"'.repeat(400_000)]
  const start = performance.now()
  for (const field of hostile) parseTagCondition(field)
  t.ok(performance.now() - start < 2000)
})
