import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { RecordCache } from '../../lib/stores/memory/record-cache.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

interface Step { readonly what: 'keep' | 'renew' | 'drop', readonly cache: 0 | 1, readonly number: number, readonly characters: number }

// Enough numbers to make the tables grow, and few enough for each to come again.
const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('keep', 'keep', 'renew', 'drop'),
  cache: fc.constantFrom(0, 1),
  number: fc.integer({ min: 1, max: 30 }).map((n) => n * n),
  characters: fc.integer({ min: 1, max: 10 })
})

t.test('two caches that share their room know what they were given, until there is none', async (t) => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), fc.integer({ min: 10, max: 100 }), (steps, most) => {
    const shared = RecordCache.shared<number>(most)
    const caches = [new RecordCache(shared), new RecordCache(shared)] as const
    // What is known, in the order in which it came.
    const known = new Map<string, { value: number, characters: number }>()
    const room = (): number => most - [...known.values()].reduce((sum, { characters }) => sum + characters, 0)
    for (const [value, { what, cache, number, characters }] of steps.entries()) {
      const name = `${cache} ${number}`
      const before = known.get(name)
      if (what === 'keep' && before === undefined) {
        caches[cache].keep(number, value, characters)
        known.set(name, { value, characters })
        for (const oldest of known.keys()) if (room() < 0 && oldest !== name) known.delete(oldest)
      } else if (what === 'renew') {
        caches[cache].renew(number, value, characters)
        if (before !== undefined) Object.assign(before, { value, characters })
      } else if (what === 'drop') {
        caches[cache].drop(number)
        known.delete(name)
      }
      for (const at of [0, 1] as const) {
        for (let n = 0; n <= 31; n++) if (caches[at].get(n * n) !== known.get(`${at} ${n * n}`)?.value) return false
        if (caches[at].hasRoom(room()) !== true || caches[at].hasRoom(room() + 1) !== false) return false
      }
    }
    return true
  }), { numRuns: 500 })
  t.pass('no sequence of steps told them from a map')
})

t.test('what is kept and dropped again and again leaves nothing behind', async (t) => {
  const cache = new RecordCache(RecordCache.shared<number>(1000))
  const inUse = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const cycle = (): void => {
    for (let value = 0; value < 500_000; value++) {
      cache.keep(value % 100 + 1, value, 10)
      cache.drop(value % 100 + 1)
    }
  }
  cycle()
  const before = inUse()
  cycle()
  t.ok(inUse() - before < 1_000_000)
})
