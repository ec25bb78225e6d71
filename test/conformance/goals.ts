import { mutate } from './base-requests.ts'
import { factorNames, levelsOf, withLevel } from './factors.ts'
import type { Factors } from './factors.ts'
import { oracle } from './oracle.ts'
import { pick, prng } from './prng.ts'

/** Requests that together reach, for every row and code, every level of every factor that can be met there. */
export interface Goals {
  readonly requests: readonly Factors[]
  readonly goals: number
  readonly outcomes: readonly string[]
}

/**
 * Layer A of http/pairwise.md section 4, by biased random search: a request is kept if it reaches a goal that none
 * before it did. Half of the tries begin with a level that is to be met, the other half are free.
 */
export function rowByLevel ({ seed = 1, tries = 400_000 } = {}): Goals {
  const random = prng(seed)
  const reached = new Map<string, Set<string>>()
  const requests: Factors[] = []
  const biases = [0.95, 0.9, 0.8, 0.5]
  let goals = 0
  for (let number = 0; number < tries; number++) {
    let factors = mutate(random, pick(biases, random))
    if (random() < 0.5) {
      const factor = pick(factorNames, random)
      factors = withLevel(factors, factor, pick(levelsOf(factor), random))
    }
    const { row, status } = oracle(factors)
    const outcome = `${row} ${status}`
    let kept = false
    for (const factor of factorNames) {
      const goal = `${outcome} ${factor}`
      const levels = reached.get(goal) ?? new Set()
      if (levels.has(factors[factor])) continue
      reached.set(goal, levels.add(factors[factor]))
      goals++
      kept = true
    }
    if (kept) requests.push(factors)
  }
  const outcomes = new Set(requests.map(factors => oracle(factors)).map(({ row, status }) => `${row} ${status}`))
  return { requests, goals, outcomes: [...outcomes].sort() }
}
