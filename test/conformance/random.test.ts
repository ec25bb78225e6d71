import fc from 'fast-check'
import t from 'tap'
import { baseRequests } from './base-requests.ts'
import { closeAll, mismatch } from './exchange.ts'
import { factorNames, levelsOf } from './factors.ts'
import type { Factors } from './factors.ts'
import { inject } from './request.ts'
import { cases } from '../thorough.ts'

const seed = Number(process.env['SEED'] ?? 20_250_101)
const biases = [0.95, 0.8, 0.5]
const runs = cases(12_000)

/** A base request of which each level is kept with the probability `bias`; shrinks towards the base. */
function requestsAround (bias: number): fc.Arbitrary<Factors> {
  return fc.constantFrom(...Object.values(baseRequests)).chain(base => fc.record(Object.fromEntries(factorNames.map(factor => [
    factor,
    fc.oneof(
      { weight: Math.round(bias * 100), arbitrary: fc.constant(base[factor]) },
      { weight: Math.round((1 - bias) * 100), arbitrary: fc.constantFrom(...levelsOf(factor)) }
    )
  ]))) as fc.Arbitrary<Factors>)
}

t.teardown(closeAll)

for (const bias of biases) {
  t.test(`random requests answer as the oracle says, a level being fault-free with probability ${bias}`, async t => {
    t.comment(`seed ${seed}; set SEED for another`)
    let count = 0
    const numRuns = Math.ceil(runs / biases.length)
    const result = await fc.check(fc.asyncProperty(requestsAround(bias), async factors => {
      count++
      const fault = await mismatch(factors, { store: 'memory', send: inject })
      if (fault !== undefined) throw new Error(fault)
    }), { seed, numRuns })
    t.comment(`${count} requests`)
    t.ok(count >= numRuns || result.failed, 'all requests were sent')
    t.equal(result.failed ? `${String(result.errorInstance)}\n${fc.defaultReportMessage(result)}` : '', '')
  })
}
