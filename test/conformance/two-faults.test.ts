import t from 'tap'
import { baseRequests } from './base-requests.ts'
import { closeAll, runAll } from './exchange.ts'
import { factorNames, ids, levelsOf, toRequest, withLevel } from './factors.ts'
import type { Factors } from './factors.ts'
import { pick, prng } from './prng.ts'
import { inject, overKeptSocket } from './request.ts'
import { oracle } from './oracle.ts'
import { thorough } from '../thorough.ts'

/** The same for two sets of factors that make the same request to the same application. */
function fingerprint (factors: Factors): string {
  const { method, url, headers, body } = toRequest(factors, path => path)
  const { operations, revision, service, auth } = factors
  return JSON.stringify([method, url, headers, body?.toString('latin1'), operations, revision, service, auth])
}

/** Layer B: each base request, alone, with every single fault and with every pair of faults of two factors. */
function twoFaults (): Factors[] {
  const distinct = new Map<string, Factors>()
  const add = (factors: Factors): void => { distinct.set(fingerprint(factors), factors) }
  const faults = (base: Factors, index: number): Factors[] => {
    const factor = factorNames[index]
    if (factor === undefined) return []
    return levelsOf(factor).filter(level => level !== base[factor]).map(level => withLevel(base, factor, level))
  }
  for (const base of Object.values(baseRequests)) {
    add(base)
    for (let first = 0; first < factorNames.length; first++) {
      for (const one of faults(base, first)) {
        add(one)
        for (let second = first + 1; second < factorNames.length; second++) faults(one, second).forEach(add)
      }
    }
  }
  return [...distinct.values()]
}

const requests = twoFaults()
/** Rows before it are decided without the store, which the requests on memory prove: so many of theirs are enough on SQLite. */
const firstRowOfStore = 17
const sqliteStep = thorough ? 1 : 8
const sampleSize = 1000

t.teardown(closeAll)

t.test('two faults in one request give the code of the earlier row, in process on memory', async t => {
  const { count, wrong, mismatches } = await runAll(requests, { store: 'memory', send: inject })
  t.comment(`${count} requests, ${wrong} wrong`)
  t.ok(count > 35_000, 'about as many requests as the trial of the page had')
  t.same(mismatches, [])
})

t.test('two faults in one request give the code of the earlier row, in process on SQLite', async t => {
  const reachStore = requests.filter((factors) => oracle(factors).row >= firstRowOfStore)
  const sample = [...reachStore, ...requests.filter((factors) => oracle(factors).row < firstRowOfStore).filter((_, index) => index % sqliteStep === 0)]
  const { count, wrong, mismatches } = await runAll(sample, { store: 'sqlite', send: inject, followUps: false })
  t.comment(`${count} requests, of which ${reachStore.length} reach the store, ${wrong} wrong`)
  t.ok(reachStore.length > 3_000 && count > 35_000 / sqliteStep, 'the sample is as large as it should be')
  t.same(mismatches, [])
})

t.test('two faults in one request give the code of the earlier row, over one connection and in chunks', async t => {
  const random = prng(2)
  const sample = Array.from({ length: sampleSize }, () => pick(requests, random))
  sample.sort((one, other) => (one.operations + one.auth + one.revision).localeCompare(other.operations + other.auth + other.revision))
  const kept = overKeptSocket()
  t.teardown(kept.close)
  const { count, wrong, mismatches } = await runAll(sample, { store: 'memory', send: kept.send })
  t.comment(`${count} requests over ${kept.connections()} connections, ${wrong} wrong`)
  t.equal(count, sampleSize)
  t.ok(kept.connections() < sampleSize / 4, 'connections are kept')
  t.same(mismatches, [])
})

t.test('the requests reach documents in every state', async t => {
  for (const id of Object.values(ids)) t.ok(requests.some(({ target, state }) => target === 'instance' && ids[state] === id), id)
})
