import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { mergeVary } from '../../lib/http/vary.ts'

t.test('names are added once, ignoring case', async t => {
  const cases: ReadonlyArray<readonly [string | readonly string[] | number | undefined, readonly string[], string]> = [
    [undefined, ['Accept', 'Accept-API-Version'], 'Accept, Accept-API-Version'],
    ['', ['Accept'], 'Accept'],
    ['Origin', ['Accept'], 'Origin, Accept'],
    ['Origin, accept', ['Accept', 'Accept-API-Version'], 'Origin, accept, Accept-API-Version'],
    [['Origin', 'ACCEPT,  Cookie'], ['accept'], 'Origin, ACCEPT, Cookie'],
    [' Origin ,, Origin', [], 'Origin'],
    [undefined, [], ''],
    [undefined, ['a', 'A', 'a, b'], 'a, b'],
    [5, ['Accept'], '5, Accept']
  ]
  for (const [existing, names, merged] of cases) t.equal(mergeVary(existing, names), merged, String(existing))
})

t.test('a star stays a star', async t => {
  t.equal(mergeVary('*', ['Accept']), '*')
  t.equal(mergeVary('Origin, *', ['Accept']), '*')
  t.equal(mergeVary(['Origin', '*'], []), '*')
  t.equal(mergeVary('Origin', ['*']), '*')
})

t.test('merging is idempotent', async t => {
  const values = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ',', ' ', '*') })
  fc.assert(fc.property(values, fc.array(values), (existing, names) => {
    const once = mergeVary(existing, names)
    assert.equal(mergeVary(once, names), once)
    assert.equal(mergeVary(once, []), once)
  }))
})
