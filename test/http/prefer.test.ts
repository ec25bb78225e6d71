import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { prefersMinimal } from '../../lib/http/prefer.ts'

t.test('Prefer asks for return=minimal', async t => {
  const fields = [
    'return=minimal', 'Return=minimal', 'RETURN="minimal"', 'return = minimal', ' return\t=\t"minimal" ', 'return="min\\imal"',
    'return=minimal; x=1', 'return=minimal;x="a, return=representation"', 'return=minimal;', 'return=minimal; a b c',
    'respond-async, return=minimal', 'respond-async, wait=10, return=minimal, handling=lenient', ',, return=minimal ,',
    'foo; bar="a, return=representation", return=minimal',
    // only the first instance is considered
    'return=minimal, return=representation', 'return=minimal, return=',
    // what is no preference is no instance
    'return==minimal, return=minimal', 'return=a b, return=minimal', '=return, return=minimal'
  ]
  for (const field of fields) t.equal(prefersMinimal(field), true, field)
})

t.test('Prefer does not ask for return=minimal', async t => {
  const fields = [
    undefined, '', ' ', ',', 'minimal', 'return', 'return=', 'return=""', 'return=Minimal', 'return=representation', 'return=minimal2',
    'return=minimal x', 'return="minimal', 'return=\'minimal\'', 'return=minimal=1', 'xreturn=minimal', 'x; return=minimal',
    'x="a, return=minimal"', 'x="a\\", return=minimal"', 'return=representation, return=minimal', 'return, return=minimal', 'return=x;y, return=minimal',
    'return="", return=minimal', 'handling=strict'
  ]
  for (const field of fields) t.equal(prefersMinimal(field), false, String(field))
})

t.test('every string gets an answer', async t => {
  const units = fc.constantFrom('return', 'minimal', '=', ';', ',', '"', '\\', ' ', '\t', 'a', '\n')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: units })), field => {
    assert.equal(typeof prefersMinimal(field), 'boolean')
  }))
})

t.test('a hostile value is judged in linear time', async t => {
  const many = 200_000
  const hostile = [
    ','.repeat(many), 'a'.repeat(many), 'a' + ' '.repeat(many) + 'b', ' '.repeat(many), 'a=' + ' '.repeat(many), 'a="' + '\\'.repeat(many),
    'a="' + 'x'.repeat(many), 'return,'.repeat(many / 10), '"' + 'a'.repeat(many), 'a=b'.repeat(many)
  ]
  const start = performance.now()
  for (const field of hostile) t.equal(prefersMinimal(field), false)
  t.ok(performance.now() - start < 2000)
})
