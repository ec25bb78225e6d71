import { seededRandom } from '../../lib/testing/seeded-random.ts'

/** A request that is being put together, and what it must be refused for. */
export interface Draft {
  /** Of this request alone, so that it can be made again without the others. */
  readonly random: Random
  /** Refusals that are certain, by row of the decision table. */
  readonly faults: Map<number, number>
  /** Rows of which nobody knows whether they pass. */
  readonly unsure: Set<number>
}

/** Chances, as generators need them. */
export interface Random {
  below (end: number): number
  pick<Value> (values: readonly Value[]): Value
  /** True as often as said, between 0 and 1. */
  chance (probability: number): boolean
}

/** The random numbers of request `n` of a run. */
export function randomOf (seed: number, n: number): Random {
  const { below, pick } = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b))
  // Neighbours in the seed would begin alike.
  below(2)
  return { below, pick, chance: (probability) => below(10_000) < probability * 10_000 }
}

/** One way to fill a place: right, refused in a row, or of unknown outcome there. */
export type Choice<Value> =
  | { readonly kind: 'right', readonly value: Value }
  | { readonly kind: 'refused', readonly value: Value, readonly row: number, readonly status: number }
  | { readonly kind: 'unsure', readonly value: Value, readonly row: number }

/** A way that is right. */
export function right<Value> (value: Value): Choice<Value> {
  return { kind: 'right', value }
}

/** A way that is refused by this row with this status. */
export function refused<Value> (row: number, status: number, value: Value): Choice<Value> {
  return { kind: 'refused', value, row, status }
}

/** A way that this row may refuse. */
export function unsure<Value> (row: number, value: Value): Choice<Value> {
  return { kind: 'unsure', value, row }
}

/** Takes a choice into the request. */
export function take<Value> ({ faults, unsure }: Draft, choice: Choice<Value>): Value {
  if (choice.kind === 'refused' && !faults.has(choice.row)) faults.set(choice.row, choice.status)
  if (choice.kind === 'unsure') unsure.add(choice.row)
  return choice.value
}
