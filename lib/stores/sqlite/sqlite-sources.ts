import { ranks } from '../../crest/comparable.ts'
import { isPoint } from '../../crest/value-span.ts'
import type { SpanEnd } from '../../crest/value-span.ts'
import type { PageStart } from '../query/page-collector.ts'
import type { QueryPlan } from '../query/query-plan.ts'
import { walkSegments } from '../query/walk-segments.ts'
import type { WalkSegment } from '../query/walk-segments.ts'
import { idSource, segmentSource, valueAt } from './sqlite-access.ts'
import type { DocumentSource, Position, QueriedCollection } from './sqlite-access.ts'
import type { SqliteConnection } from './sqlite-handle.ts'

/** A query with the way to its documents. */
export interface PlannedQuery {
  readonly connection: SqliteConnection
  readonly collection: QueriedCollection
  readonly plan: QueryPlan
}

/** Documents that are read one after the other, of one rank. */
export interface Source {
  readonly source: DocumentSource
  readonly rank: 1 | 2 | 3 | 4
  /** The segment of an index that it is; undefined for ids. */
  readonly segment?: WalkSegment
  /** Whether it was cut already. */
  readonly isPart?: boolean
}

/** What a plan reads behind a position, one source after the other. */
export function sourcesOf ({ collection, plan }: PlannedQuery, after: PageStart | undefined): readonly Source[] {
  switch (plan.kind) {
    case 'nothing': return []
    case 'ids': return [{ source: idSource(collection, after?.id), rank: ranks.none }]
    // Its ids are looked up at once, by visitGathered.
    case 'gather': return []
    case 'group': {
      const segment = { ...plan.point, descending: false, afterId: after?.id }
      return [{ source: segmentSource(collection, plan.index, segment, 'sorted'), rank: segment.rank }]
    }
    case 'walk': return walkSegments(plan, after).map((segment) => walkSource(collection, plan.index, segment))
  }
}

function walkSource (collection: QueriedCollection, index: string, segment: WalkSegment): Source {
  return { source: segmentSource(collection, index, segment, 'compared'), rank: segment.rank, segment }
}

/**
 * The parts of a source that goes down an index, of which the first has no more than `size` documents, and the second one
 * value; undefined where it need not be cut. Downwards, ids still ascend within a value, which SQLite sorts: of a value
 * that many documents have that would be all of them.
 */
export function inParts ({ connection, collection, plan }: PlannedQuery, { segment, rank, isPart = false }: Source, size: number): readonly Source[] | undefined {
  if (plan.kind !== 'walk' || segment === undefined || isPart || !segment.descending || rank === ranks.none || isPoint(segment) || size === Infinity) return undefined
  const [last] = connection.rows<Pick<Position, 'value'>>(valueAt(collection, plan.index, segment, size))
  const partOf = (part: Partial<WalkSegment>): Source => walkSource(collection, plan.index, { ...segment, ...part })
  if (last === undefined) return [{ ...partOf({}), isPart: true }]
  const at = (inclusive: boolean): SpanEnd => ({ value: last.value, inclusive })
  return [{ ...partOf({ from: at(false) }), isPart: true }, partOf({ from: at(true), to: at(true) }), partOf({ to: at(false) })]
}
