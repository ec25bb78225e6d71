import t from 'tap'
import { uniqueKeys } from '../../lib/crest/unique.ts'
import type { JsonObject } from '../../lib/json.ts'

const key = (text: string): string | undefined => uniqueKeys([['/v']], JSON.parse(text) as JsonObject)[0]?.key

t.test('each constraint that a document takes part in has a key', async t => {
  const keys = uniqueKeys([['/a'], ['/b'], ['/c/d', '/e/1']], { a: 1, c: { d: 'x' }, e: [0, true] })
  t.same(keys.map(({ constraint, pointers }) => ({ constraint, pointers })), [
    { constraint: 0, pointers: ['/a'] },
    { constraint: 2, pointers: ['/c/d', '/e/1'] }
  ])
})

t.test('a missing or null member takes the whole constraint out', async t => {
  const unique = [['/a', '/b/c']]
  for (const content of [{}, { a: 1 }, { b: { c: 1 } }, { a: null, b: { c: 1 } }, { a: 1, b: { c: null } }, { a: 1, b: 1 }, { a: undefined, b: { c: 1 } }]) {
    t.same(uniqueKeys(unique, content), [], JSON.stringify(content))
  }
  t.equal(uniqueKeys(unique, { a: false, b: { c: '' } }).length, 1)
})

t.test('keys are equal for equal JSON values', async t => {
  for (const [a, b] of [['1', '1.0'], ['1', '10e-1'], ['0', '-0'], ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1}'], ['"é"', '"\\u00e9"']]) {
    t.equal(key(`{"v":${a}}`), key(`{"v":${b}}`), `${a} and ${b}`)
  }
})

t.test('keys are different for different JSON values', async t => {
  const values = ['1', '"1"', 'true', '"true"', '[1]', '["1"]', '{}', '[]', '""', '0', 'false', '"null"', '{"a":1}', '{"a":"1"}', '{"a":null}', '[1,2]', '[2,1]', '"a"', '"A"', '"e\u0301"', '"é"']
  t.equal(new Set(values.map(value => key(`{"v":${value}}`))).size, values.length)
})

t.test('values of a composite constraint do not run together', async t => {
  const composite = (a: string, b: string): string | undefined => uniqueKeys([['/a', '/b']], { a, b })[0]?.key
  t.not(composite('x,y', 'z'), composite('x', 'y,z'))
  t.not(composite('","', ''), composite('', '","'))
})

t.test('only own members count', async t => {
  t.same(uniqueKeys([['/constructor'], ['/toString/name'], ['/length']], {}), [])
})

t.test('a pointer that is none is named', async t => {
  t.throws(() => uniqueKeys([['/a b']], {}), { name: 'RangeError', message: '"/a b" is not a JSON pointer' })
})
