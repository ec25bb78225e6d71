import { compareComparables, ranks } from '../../crest/comparable.ts'
import type { Comparable } from '../../crest/comparable.ts'
import type { SpanEnd, ValueSpan } from '../../crest/value-span.ts'
import type { PageStart } from './page-collector.ts'

/** A run of entries of an ordered index, all of one rank: by value, ascending or descending, and by ascending id within one value. */
export interface WalkSegment extends ValueSpan {
  readonly descending: boolean
  /** Where `from` is inclusive: of the documents with that value only those whose id is greater. */
  readonly afterId: string | undefined
}

/** What is walked: an index in one direction, all of it or one span. */
export interface Walk {
  readonly descending: boolean
  readonly span: ValueSpan | undefined
}

const ascendingRanks = [ranks.boolean, ranks.number, ranks.string] as const

/** The segments that a walk consists of behind `after`, in their order: what has no value comes last both ways. */
export function walkSegments ({ descending, span }: Walk, after: PageStart | undefined): readonly WalkSegment[] {
  const order = descending ? ascendingRanks.toReversed() : ascendingRanks
  const spans = span === undefined ? [...order.map(wholeRank), wholeRank(ranks.none)] : [span]
  const start = after?.values[0]
  if (after === undefined || start === undefined) return spans.map((whole) => ({ ...whole, descending, afterId: undefined }))
  return spans.flatMap((whole) => {
    if (whole.rank !== start.rank) return isBefore(whole.rank, start.rank, descending) ? [] : [{ ...whole, descending, afterId: undefined }]
    return descending && start.rank !== ranks.none ? belowPosition(whole, start, after.id) : abovePosition(whole, start, after.id)
  })
}

function wholeRank (rank: Comparable['rank']): ValueSpan {
  return { rank, from: undefined, to: undefined }
}

function isBefore (rank: number, other: number, descending: boolean): boolean {
  const last = rank === ranks.none || other === ranks.none
  return descending && !last ? rank > other : rank < other
}

function abovePosition (span: ValueSpan, { rank, value }: Comparable, afterId: string | undefined): readonly WalkSegment[] {
  const { from, to } = span
  if (to !== undefined && isOutside(compareComparables({ rank, value }, { rank, value: to.value }), to)) return []
  if (from !== undefined && isOutside(compareComparables({ rank, value: from.value }, { rank, value }), from)) return [{ ...span, descending: false, afterId: undefined }]
  return [{ rank, from: { value, inclusive: true }, to, descending: false, afterId }]
}

// The rest of the group with the value of the position, ids ascending; then what is below it.
function belowPosition (span: ValueSpan, { rank, value }: Comparable, afterId: string | undefined): readonly WalkSegment[] {
  const { from, to } = span
  if (from !== undefined && isOutside(compareComparables({ rank, value: from.value }, { rank, value }), from)) return []
  if (to !== undefined && isOutside(compareComparables({ rank, value }, { rank, value: to.value }), to)) return [{ ...span, descending: true, afterId: undefined }]
  const here = { value, inclusive: true }
  return [
    { rank, from: here, to: here, descending: true, afterId },
    { rank, from, to: { value, inclusive: false }, descending: true, afterId: undefined }
  ]
}

/** Whether a position lies beyond an end of a span, given how far. */
function isOutside (difference: number, { inclusive }: SpanEnd): boolean {
  return inclusive ? difference > 0 : difference >= 0
}
