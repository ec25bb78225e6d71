import t from 'tap'
import { readTransactionId } from '../../lib/http/transaction-id.ts'

t.test('a usable id is taken as it is, trimmed', async t => {
  const cases: ReadonlyArray<readonly [string | string[], string]> = [
    ['5d1c0a2e-7f', '5d1c0a2e-7f'], ['5d1c/0', '5d1c/0'], [' a ', 'a'], ['\ta\t', 'a'], ['a b  c', 'a b  c'], ['!', '!'], ['~', '~'], ['"<x>"', '"<x>"'],
    ['a, b', 'a, b'], [['a', 'b'], 'a'], ['x'.repeat(255), 'x'.repeat(255)], [` ${'x'.repeat(255)} `, 'x'.repeat(255)]
  ]
  for (const [field, id] of cases) t.equal(readTransactionId(field), id, String(field))
})

t.test('anything else is as good as none', async t => {
  const fields = [undefined, '', ' ', '\t', [], [''], 'x'.repeat(256), 'x'.repeat(100_000), 'é', 'a\u00a0b', '€', 'a\tb', 'a\nb', 'a\r\nSet-Cookie: x', 'a\0', '\x7f', 'a\x1b[31m']
  for (const field of fields) t.equal(readTransactionId(field), undefined, JSON.stringify(field)?.slice(0, 40))
})
