import { afterPrefix } from './code-points.ts'
import { compareComparables, toComparable } from './comparable.ts'
import type { Comparable } from './comparable.ts'
import type { CompareFilter, FilterValue } from './query-filter.ts'

/** One end of a {@link ValueSpan}. */
export interface SpanEnd {
  readonly value: number | string
  readonly inclusive: boolean
}

/** Neighbouring values of one rank, as an ordered index has them; an end that is undefined is that of the rank. */
export interface ValueSpan {
  readonly rank: Comparable['rank']
  readonly from: SpanEnd | undefined
  readonly to: SpanEnd | undefined
}

/** The values that a comparison matches, where they are neighbours: all but those that contain a string. */
export function spanOfComparison ({ operator, value }: CompareFilter): ValueSpan | undefined {
  const literal = toLiteral(value)
  const end = (inclusive: boolean): SpanEnd => ({ value: literal.value, inclusive })
  const { rank } = literal
  switch (operator) {
    case 'eq': return spanOfValue(value)
    case 'lt': return { rank, from: undefined, to: end(false) }
    case 'le': return { rank, from: undefined, to: end(true) }
    case 'gt': return { rank, from: end(false), to: undefined }
    case 'ge': return { rank, from: end(true), to: undefined }
    case 'sw': return typeof literal.value === 'string' ? spanOfPrefix(literal.value, rank) : spanOfValue(value)
    case 'co': return typeof literal.value === 'string' ? undefined : spanOfValue(value)
  }
}

/** The one value that equals a literal. */
export function spanOfValue (value: FilterValue): ValueSpan {
  const { rank, value: only } = toLiteral(value)
  const end = { value: only, inclusive: true }
  return { rank, from: end, to: end }
}

/** Whether a span holds one value only. */
export function isPoint ({ from, to }: ValueSpan): boolean {
  return from !== undefined && to !== undefined && from.inclusive && to.inclusive && from.value === to.value
}

/** Whether a value lies in a span. */
export function isWithin (comparable: Comparable, { rank, from, to }: ValueSpan): boolean {
  if (comparable.rank !== rank) return false
  if (from !== undefined) {
    const difference = compareComparables(comparable, { rank, value: from.value })
    if (difference < 0 || (difference === 0 && !from.inclusive)) return false
  }
  if (to === undefined) return true
  const difference = compareComparables(comparable, { rank, value: to.value })
  return difference < 0 || (difference === 0 && to.inclusive)
}

/** The values that lie in both spans; undefined where there is none. */
export function intersection (a: ValueSpan, b: ValueSpan): ValueSpan | undefined {
  if (a.rank !== b.rank) return undefined
  const { rank } = a
  const order = (x: SpanEnd, y: SpanEnd): number => compareComparables({ rank, value: x.value }, { rank, value: y.value })
  const from = tighter(a.from, b.from, (x, y) => order(x, y) > 0)
  const to = tighter(a.to, b.to, (x, y) => order(x, y) < 0)
  const difference = from === undefined || to === undefined ? -1 : order(from, to)
  const isEmpty = difference > 0 || (difference === 0 && !(from?.inclusive === true && to?.inclusive === true))
  return isEmpty ? undefined : { rank, from, to }
}

function tighter (a: SpanEnd | undefined, b: SpanEnd | undefined, isTighter: (a: SpanEnd, b: SpanEnd) => boolean): SpanEnd | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.value === b.value) return a.inclusive ? b : a
  return isTighter(a, b) ? a : b
}

function spanOfPrefix (prefix: string, rank: Comparable['rank']): ValueSpan {
  const after = afterPrefix(prefix)
  return { rank, from: { value: prefix, inclusive: true }, to: after === undefined ? undefined : { value: after, inclusive: false } }
}

function toLiteral (value: FilterValue): Comparable {
  // A literal is a scalar, and every scalar compares.
  return toComparable(value) as Comparable
}
