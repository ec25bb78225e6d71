import { formatJsonPointer } from '../../crest/json-pointer.ts'
import type { QueryFilter } from '../../crest/query-filter.ts'
import type { SortKey } from '../../crest/sort-keys.ts'
import { intersection, isPoint, spanOfComparison, spanOfValue } from '../../crest/value-span.ts'
import type { ValueSpan } from '../../crest/value-span.ts'

/** Documents of which any value in an index lies in one of the spans. */
export interface IndexCondition {
  /** The JSON pointer of the index, as {@link formatJsonPointer} writes it. `/_id` needs no declaration; its spans are points then. */
  readonly index: string
  readonly spans: readonly ValueSpan[]
}

/** How a store comes to the documents of a query. */
export type QueryPlan = QueryAccess & {
  /** What is left of the filter to be judged on each document; undefined where the way there has judged it all. */
  readonly rest: QueryFilter | undefined
}

/** The ways to documents, those in the order of the query first. */
export type QueryAccess =
  /** All documents, in the order of their ids. */
  | { readonly kind: 'ids', readonly sorted: boolean }
  /**
   * Along an index, in the order of its values: all of it, or one span in an index where each document has one value.
   * Where there are more sort keys, this is the order of the first one only.
   */
  | { readonly kind: 'walk', readonly sorted: boolean, readonly index: string, readonly descending: boolean, readonly span: ValueSpan | undefined }
  /** The documents with one value, in the order of their ids. */
  | { readonly kind: 'group', readonly sorted: boolean, readonly index: string, readonly point: ValueSpan }
  /** The documents that satisfy any of the conditions, each once, in no order. */
  | { readonly kind: 'gather', readonly sorted: false, readonly conditions: readonly IndexCondition[] }
  | { readonly kind: 'nothing', readonly sorted: true }

/** What a store knows about its indexes. */
export interface IndexKnowledge {
  /** Whether there is an index of this pointer. */
  has (index: string): boolean
  /** How many entries the conditions select; counting stops at `most`. `Infinity` where they cannot be gathered. */
  count (conditions: readonly IndexCondition[], most: number): number
  /** Whether any document has several values in the index, or one that is cut to be sorted. */
  isScattered (index: string): boolean
}

/** So many documents can be gathered and sorted for one page; a longer way is walked in order instead, if there is an order. */
const fewDocuments = 1000
/** So many can be gathered to be sorted at all; of more, each document is looked at. */
const manyDocuments = 20_000

/**
 * Chooses the way to the documents of a query: what has to be read is what the indexes cannot tell.
 *
 * @param sortKeys `'any'` where the order is no matter; `'count'` where moreover no document is looked at if the way
 *   there has judged it all; the order of ids where there are none
 */
export function planQuery (filter: QueryFilter, sortKeys: readonly SortKey[] | 'any' | 'count', indexes: IndexKnowledge): QueryPlan {
  const candidates = candidatesOf(filter, indexes)
  if (candidates.some(({ conditions }) => conditions.length === 0)) return { kind: 'nothing', sorted: true, rest: undefined }
  const inOrder = typeof sortKeys !== 'string'
  const [key, ...others] = inOrder ? sortKeys : []
  const byId = inOrder && key === undefined
  const index = key === undefined ? '' : formatJsonPointer(key.pointer)
  if (key !== undefined && indexes.has(index)) {
    const along = indexes.isScattered(index) ? undefined : candidates.find((candidate) => isSpanOf(index, candidate))
    const { operands = [], conditions: [condition] = [] } = along ?? {}
    return gatherFew(filter, candidates, along, false, indexes) ??
      { kind: 'walk', sorted: others.length === 0, index, descending: key.descending, span: condition?.spans[0], rest: restOf(filter, operands) }
  }
  const group = candidates.find(isGroup)
  if (!byId) {
    // Where nothing is left to be judged, a count needs no documents, and so no bound.
    const isCount = sortKeys === 'count' && candidates.some(({ operands }) => restOf(filter, operands) === undefined)
    return (candidates.length === 1 && group !== undefined ? undefined : gather(filter, candidates, isCount ? Infinity : manyDocuments, false, indexes)) ??
      (group === undefined ? { kind: 'ids', sorted: false, rest: restOf(filter, []) } : toGroup(filter, group, false))
  }
  return gatherFew(filter, candidates, group, true, indexes) ??
    (group === undefined ? { kind: 'ids', sorted: true, rest: restOf(filter, []) } : toGroup(filter, group, true))
}

/** Operands of the filter that indexes can answer together. */
interface Candidate {
  readonly operands: readonly QueryFilter[]
  readonly conditions: readonly IndexCondition[]
}

function candidatesOf (filter: QueryFilter, indexes: IndexKnowledge): readonly Candidate[] {
  const candidates = operandsOf(filter).flatMap((operand) => {
    const conditions = conditionsOf(operand, indexes)
    return conditions === undefined ? [] : [{ operands: [operand], conditions }]
  })
  return candidates.reduce<readonly Candidate[]>((joined, candidate) => joinSpan(joined, candidate, indexes), [])
}

/** `a gt 1 and a lt 5` is one span where each document has one value; elsewhere two values may satisfy one each. */
function joinSpan (candidates: readonly Candidate[], candidate: Candidate, indexes: IndexKnowledge): readonly Candidate[] {
  const { operands, conditions: [condition] } = candidate
  const other = condition && candidates.find((earlier) => isSpanOf(condition.index, earlier) && isSpanOf(condition.index, candidate))
  if (condition === undefined || other === undefined || indexes.isScattered(condition.index)) return [...candidates, candidate]
  const spans = [other.conditions[0], condition].flatMap((both) => both?.spans ?? [])
  const common = spans.reduce<ValueSpan | undefined>((a, b) => a && intersection(a, b), spans[0])
  const joined = { operands: [...other.operands, ...operands], conditions: common === undefined ? [] : [{ index: condition.index, spans: [common] }] }
  return candidates.map((earlier) => earlier === other ? joined : earlier)
}

function operandsOf (filter: QueryFilter): readonly QueryFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(operandsOf) : [filter]
}

/** Conditions of which at least one holds exactly for the documents that match; none where none can; undefined where indexes cannot tell. */
function conditionsOf (filter: QueryFilter, indexes: IndexKnowledge): readonly IndexCondition[] | undefined {
  if (isNever(filter)) return []
  if (filter.kind === 'or') {
    const conditions = filter.operands.map((operand) => conditionsOf(operand, indexes))
    return conditions.every((some) => some !== undefined) ? conditions.flat() : undefined
  }
  const spans = spansOf(filter)
  if (spans === undefined) return undefined
  const index = formatJsonPointer((filter as Extract<QueryFilter, { field: unknown }>).field)
  const known = indexes.has(index) || (index === '/_id' && spans.every(isPoint))
  return known ? [{ index, spans }] : undefined
}

function isNever (filter: QueryFilter): boolean {
  return filter.kind === 'literal' ? !filter.value : filter.kind === 'in' && filter.values.length === 0
}

function spansOf (filter: QueryFilter): readonly ValueSpan[] | undefined {
  if (filter.kind === 'in') return filter.values.map(spanOfValue)
  const span = filter.kind === 'compare' ? spanOfComparison(filter) : undefined
  return span && [span]
}

function isSpanOf (index: string, { conditions: [condition, ...others] }: Candidate): boolean {
  return others.length === 0 && condition?.index === index && condition.spans.length === 1
}

// The index of ids that needs no declaration has no entries of its own to walk along.
function isGroup ({ conditions: [condition, ...others] }: Candidate): boolean {
  return others.length === 0 && condition !== undefined && condition.index !== '/_id' && condition.spans.length === 1 && condition.spans.every(isPoint)
}

function toGroup (filter: QueryFilter, { conditions: [condition], operands }: Candidate, sorted: boolean): QueryPlan {
  const { index, spans: [point] } = condition as IndexCondition
  return { kind: 'group', sorted, index, point: point as ValueSpan, rest: restOf(filter, operands) }
}

/** By another candidate than that of the way in order, if it has fewer entries and they are few. */
function gatherFew (filter: QueryFilter, candidates: readonly Candidate[], inOrder: Candidate | undefined, byId: boolean, indexes: IndexKnowledge): QueryPlan | undefined {
  if (inOrder === undefined) return gather(filter, candidates, fewDocuments, byId, indexes)
  const others = candidates.filter((candidate) => candidate !== inOrder)
  return others.length === 0 ? undefined : gather(filter, others, indexes.count(inOrder.conditions, fewDocuments), byId, indexes)
}

/** By the candidate with the fewest entries, if they are fewer than `most`. */
function gather (filter: QueryFilter, candidates: readonly Candidate[], most: number, byId: boolean, indexes: IndexKnowledge): QueryPlan | undefined {
  let best: Candidate | undefined
  let least = most
  for (const candidate of candidates) {
    const size = indexes.count(candidate.conditions, least)
    if (size < least) [best, least] = [candidate, size]
  }
  if (best === undefined) return undefined
  if (isGroup(best)) return toGroup(filter, best, byId)
  return { kind: 'gather', sorted: false, conditions: best.conditions, rest: restOf(filter, best.operands) }
}

function restOf (filter: QueryFilter, used: readonly QueryFilter[]): QueryFilter | undefined {
  const operands = operandsOf(filter).filter((operand) => !used.includes(operand) && !(operand.kind === 'literal' && operand.value))
  const [first, ...others] = operands
  return others.length === 0 ? first : { kind: 'and', operands }
}
