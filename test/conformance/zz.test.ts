import { baseRequests } from './base-requests.ts'
import { closeAll, mismatch } from './exchange.ts'
import { factorNames, ids, levelsOf, toRequest, withLevel } from './factors.ts'
import type { Factors } from './factors.ts'
import { pick, prng } from './prng.ts'
import { inject, overKeptSocket } from './request.ts'

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
const sqliteStep = 1
const sampleSize = 1000


const known = /got 404 in row undefined|names application.json|a type of accept.* is taken: $|expected 400 in row 11, got|content-length: 7[89] .(?= 7[89])/
for (const [name, setting, list] of [
  ['memory', { store: 'memory', send: inject }, requests],
  ['sqlite', { store: 'sqlite', send: inject, followUps: false }, requests],
  ['sock', { store: 'memory', send: overKeptSocket().send }, requests.filter((_, i) => i % 7 === 0)]
] as const) {
  const at = Date.now(); let wrong = 0; const groups = new Map<string, string[]>(); const kn = new Map<string, number>()
  for (const f of list) {
    const m = await mismatch(f, setting)
    if (!m) continue
    wrong++
    const first = m.split('\n')[0]!
    if (known.test(first)) { const k = first.slice(0, 40); kn.set(k, (kn.get(k) ?? 0) + 1); continue }
    groups.set(first, [...groups.get(first) ?? [], m])
  }
  console.log(name, list.length, wrong, Date.now() - at, JSON.stringify([...kn]))
  for (const [k, v] of groups) console.log('####', v.length, v[0])
}
await closeAll()
process.exit(0)
