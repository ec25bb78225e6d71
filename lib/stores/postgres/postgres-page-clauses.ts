import { formatJsonPointer } from '../../crest/json-pointer.ts'
import type { QueryFilter } from '../../crest/query-filter.ts'
import { compareCodePoints } from '../../crest/code-points.ts'
import { intersection, isPoint } from '../../crest/value-span.ts'
import type { ValueSpan } from '../../crest/value-span.ts'
import { isTold, spansOf } from './postgres-conditions.ts'
import { boundKey, comparedKey } from './postgres-keys.ts'

/** A clause as bounds of the sort key of documents with one value: `[operator, key]`; what is open ends with its rank. */
export interface PageClause {
  /** The JSON pointer of its index, if there is one. */
  readonly pointer: string
  /** The one key; undefined where there may be several. */
  readonly point: string | undefined
  readonly bounds: readonly PageBound[]
}

/** One end of a span. */
export interface PageBound {
  readonly operator: '>' | '>=' | '<' | '<='
  readonly key: string
  /** Whether the key is the end of a rank, and not of the request. */
  readonly isRank: boolean
}

/** What is all of a filter, one clause for each pointer; undefined where it is anything but spans of values, or none of them. */
export function pageClauses (filter: QueryFilter): readonly PageClause[] | undefined {
  const before = known.get(filter)
  if (before !== undefined) return before.clauses
  const spans = spansByPointer(filter)
  const clauses = spans && [...spans].map(([pointer, span]) => toClause(pointer, span))
  known.set(filter, { clauses })
  return clauses
}

// Filters are frozen, and often the same object as in the query before.
const known = new WeakMap<QueryFilter, { readonly clauses: readonly PageClause[] | undefined }>()

/** Where each document has one value, that lies in all spans of its pointer: in what they have in common. */
function spansByPointer (filter: QueryFilter): ReadonlyMap<string, ValueSpan> | undefined {
  const spans = new Map<string, ValueSpan>()
  for (const operand of operandsOf(filter)) {
    if (operand.kind === 'literal' && operand.value) continue
    const [span] = operand.kind === 'compare' && operand.field.length > 0 ? spansOf(operand) ?? [] : []
    if (operand.kind !== 'compare' || span === undefined || !isTold(span)) return undefined
    const pointer = formatJsonPointer(operand.field)
    const common = intersection(spans.get(pointer) ?? span, span)
    if (common === undefined) return undefined
    spans.set(pointer, common)
  }
  return spans
}

function operandsOf (filter: QueryFilter): readonly QueryFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(operandsOf) : [filter]
}

/** Whether a key lies in the span of a clause. */
export function isWithinClause (key: string, { point, bounds }: PageClause): boolean {
  if (point !== undefined) return key === point
  return bounds.every(({ operator, key: end }) => {
    const difference = compareCodePoints(key, end)
    return difference === 0 ? operator.endsWith('=') : operator.startsWith('>') === (difference > 0)
  })
}

function toClause (pointer: string, span: ValueSpan): PageClause {
  const { rank, from, to } = span
  if (isPoint(span) && from !== undefined) return { pointer, point: comparedKey({ rank, value: from.value }), bounds: [] }
  return {
    pointer,
    point: undefined,
    bounds: [
      from === undefined ? { operator: '>=', key: String(rank), isRank: true } : { operator: from.inclusive ? '>=' : '>', key: boundKey({ rank, value: from.value }), isRank: false },
      to === undefined ? { operator: '<', key: String(rank + 1), isRank: true } : { operator: to.inclusive ? '<=' : '<', key: boundKey({ rank, value: to.value }), isRank: false }
    ]
  }
}
