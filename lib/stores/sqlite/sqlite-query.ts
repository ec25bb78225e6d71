import sql, { empty } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { ranks } from '../../crest/comparable.ts'
import { queryPredicate } from '../../crest/query-predicate.ts'
import { isPoint } from '../../crest/value-span.ts'
import { collectPage, startOfPage } from '../query/page-collector.ts'
import type { PageStart } from '../query/page-collector.ts'
import { planQuery } from '../query/query-plan.ts'
import type { IndexCondition, IndexKnowledge, QueryPlan } from '../query/query-plan.ts'
import { createTimeSlices } from '../query/time-slices.ts'
import type { TimeSlices } from '../query/time-slices.ts'
import { walkSegments } from '../query/walk-segments.ts'
import { filterCondition, isExactCondition, isWorthwhile } from '../sql/filter.ts'
import type { StoreQuery, StoreQueryResult, StoredDocument } from '../store.ts'
import { gatheredIds, gatheredPieces, idSource, isLive, listedSource, segmentSource } from './sqlite-access.ts'
import type { DocumentSource, Position, QueriedCollection } from './sqlite-access.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import { toDocument } from './sqlite-row.ts'
import type { DocumentRow } from './sqlite-row.ts'

// So many rows are judged in one statement: drivers are synchronous, and hold up the whole process meanwhile.
const leastWindow = 32
const firstWindow = 64
const largestWindow = 4096
// What a row costs depends on the filter: the next window is to take about as long as this.
const windowMilliseconds = 10
// SQLite takes 500 SELECTs in a compound (SQLITE_MAX_COMPOUND_SELECT), and long before that looking at each document is quicker.
const mostPieces = 100

/** A query on its way. */
interface Running {
  readonly connection: SqliteConnection
  readonly collection: QueriedCollection
  readonly plan: QueryPlan
  readonly slices: TimeSlices
  /** What SQL says of the rest of the filter, and whether that is all there is to say. */
  readonly condition: Sql
  readonly judge: ((document: StoredDocument) => boolean) | undefined
}

/** Answers a query on one collection: through its lists, the rest of the filter in SQL, and what SQL cannot say by the predicate. */
export async function querySqlite (connection: SqliteConnection, collection: QueriedCollection, request: StoreQuery): Promise<StoreQueryResult> {
  const { filter, sortKeys, offset = 0, after, limit = Infinity, count = false } = request
  const slices = createTimeSlices(1)
  const plan = planQuery(filter, sortKeys, knowledge(connection, collection))
  const running = begin(connection, collection, request, plan, slices)
  const documents = limit === 0 ? [] : plan.sorted && plan.rest === undefined ? readInOrder(running, request) : await readAndCollect(running, request)
  if (!count) return { documents, total: undefined }
  const isWhole = after === undefined && offset === 0 && documents.length < limit
  return { documents, total: isWhole ? documents.length : await countMatches(connection, collection, request, slices) }
}

function begin (connection: SqliteConnection, collection: QueriedCollection, { filter }: StoreQuery, plan: QueryPlan, slices: TimeSlices): Running {
  const context = { dialect: sqliteDialect, lists: collection.lists }
  const { rest } = plan
  const inSql = rest !== undefined && isWorthwhile(rest)
  const condition = inSql ? sql` AND ${filterCondition(rest, context)}` : empty
  const judge = rest === undefined || (inSql && isExactCondition(rest, context)) ? undefined : queryPredicate(filter)
  return { connection, collection, plan, slices, condition, judge }
}

/** Where the rows of a plan are those of the page, from the first to the last. */
function readInOrder (running: Running, { after, offset = 0, limit = Infinity }: StoreQuery): readonly StoredDocument[] {
  const documents: StoredDocument[] = []
  let skip = offset
  for (const { source } of sourcesOf(running, after)) {
    const rows = select(running, source, undefined, limit - documents.length, skip)
    documents.push(...rows.map(toDocument))
    if (documents.length === limit) break
    if (rows.length > 0) skip = 0
    else if (skip > 0) skip -= countRows(running, source, undefined)
  }
  return documents
}

/** Where documents are yet to be judged, or to be sorted. */
async function readAndCollect (running: Running, request: StoreQuery): Promise<readonly StoredDocument[]> {
  const { plan, judge } = running
  const { offset = 0, limit = Infinity, after } = request
  const page = collectPage(plan, request)
  // A page in order needs no more rows than these; one that is yet to be sorted needs them all.
  const enough = plan.sorted && judge === undefined ? offset + limit : Infinity
  await visitWindows(running, startOfPage(plan, after), (source, last) => {
    for (const row of select(running, source, last, enough, 0)) {
      const document = toDocument(row)
      if ((judge === undefined || judge(document)) && !page.add(document)) return false
    }
    return true
  })
  return page.documents()
}

async function countMatches (connection: SqliteConnection, collection: QueriedCollection, request: StoreQuery, slices: TimeSlices): Promise<number> {
  const plan = planQuery(request.filter, 'any', knowledge(connection, collection))
  if (plan.rest === undefined) return countByLists(connection, collection, plan)
  const running = begin(connection, collection, request, plan, slices)
  const { judge } = running
  let total = 0
  await visitWindows(running, undefined, (source, last) => {
    total += judge === undefined
      ? countRows(running, source, last)
      : select(running, source, last, Infinity, 0).filter((row) => judge(toDocument(row))).length
    return true
  })
  return total
}

/** Looks at the documents of one window; false where it has seen enough. */
type Visit = (source: DocumentSource, last: Position | undefined) => boolean

/** Goes through the documents of a plan window by window, until `visit` says that it is enough; others have their turn in between. */
async function visitWindows (running: Running, from: PageStart | undefined, visit: Visit): Promise<void> {
  const { plan, slices } = running
  if (plan.kind === 'gather') return visitGathered(running, plan.conditions, visit)
  let sources = sourcesOf(running, from)
  let window = firstWindow
  for (let [first] = sources; first !== undefined; [first] = sources) {
    const start = performance.now()
    const last = lastOfWindow(running, first.source, window)
    if (!visit(first.source, last)) return
    sources = last === undefined ? sources.slice(1) : sourcesOf(running, { values: [{ rank: first.rank, value: last.value }], id: last.id })
    window = nextWindow(window, performance.now() - start)
    if (slices.over()) await slices.next()
  }
}

/** The ids are looked up once: they are few, or the plan would be another one. */
async function visitGathered ({ connection, collection, slices }: Running, conditions: readonly IndexCondition[], visit: Visit): Promise<void> {
  const ids = connection.rows<{ id: string }>(sql`SELECT DISTINCT id FROM (${gatheredIds(collection, conditions)}) ORDER BY id`).map(({ id }) => id)
  let window = firstWindow
  for (let at = 0; at < ids.length;) {
    const start = performance.now()
    if (!visit(listedSource(collection, ids.slice(at, at + window)), undefined)) return
    at += window
    window = nextWindow(window, performance.now() - start)
    if (slices.over()) await slices.next()
  }
}

function nextWindow (window: number, milliseconds: number): number {
  const factor = Math.min(4, windowMilliseconds / milliseconds)
  return Math.max(leastWindow, Math.min(largestWindow, Math.floor(window * factor)))
}

/** What a plan reads behind a position, one source after the other. */
function sourcesOf ({ collection, plan }: Running, after: PageStart | undefined): ReadonlyArray<{ readonly source: DocumentSource, readonly rank: 1 | 2 | 3 | 4 }> {
  switch (plan.kind) {
    case 'nothing': return []
    case 'ids': return [{ source: idSource(collection, after?.id), rank: ranks.none }]
    // Its ids are looked up at once, by visitGathered.
    case 'gather': return []
    case 'group': {
      const segment = { ...plan.point, descending: false, afterId: after?.id }
      return [{ source: segmentSource(collection, plan.index, segment, 'sorted'), rank: segment.rank }]
    }
    case 'walk': return walkSegments(plan, after).map((segment) => ({ source: segmentSource(collection, plan.index, segment, 'compared'), rank: segment.rank }))
  }
}

function select ({ connection, collection, condition }: Running, source: DocumentSource, last: Position | undefined, limit: number, offset: number): readonly DocumentRow[] {
  return connection.rows<DocumentRow>(sql`SELECT d.id AS id, d.revision AS revision, d.content AS content FROM ${source.from}
    WHERE ${source.where}${upTo(source, last)} AND ${isLive(collection)}${condition} ORDER BY ${source.order} LIMIT ${finite(limit)} OFFSET ${offset}`)
}

function countRows ({ connection, collection, condition }: Running, source: DocumentSource, last: Position | undefined): number {
  return countOf(connection, sql`SELECT count(*) AS total FROM ${source.from} WHERE ${source.where}${upTo(source, last)} AND ${isLive(collection)}${condition}`)
}

function lastOfWindow ({ connection }: Running, source: DocumentSource, size: number): Position | undefined {
  const [last] = connection.rows<Position>(sql`SELECT ${source.position} FROM ${source.from}
    WHERE ${source.where} ORDER BY ${source.order} LIMIT 1 OFFSET ${size - 1}`)
  return last
}

/** The total of a plan that has judged the whole filter. Lists have no entries of tombstones, but those of expired documents. */
function countByLists (connection: SqliteConnection, collection: QueriedCollection, plan: QueryPlan): number {
  if (plan.kind === 'nothing') return 0
  const { path, lists, now } = collection
  const expired = connection.first('SELECT 1 FROM crest_documents WHERE collection = ? AND expires <= ? LIMIT 1', path, now) !== undefined
  const [list] = lists.values()
  if (plan.kind === 'ids') {
    return countOf(connection, expired || list === undefined
      ? sql`SELECT count(*) AS total FROM crest_documents AS d WHERE d.collection = ${path} AND ${isLive(collection)}`
      : sql`SELECT count(*) AS total FROM crest_entries WHERE list = ${list} AND part <> 2`)
  }
  const conditions = plan.kind === 'gather' ? plan.conditions : plan.kind === 'group' ? [{ index: plan.index, spans: [plan.point] }] : []
  const ids = gatheredIds(collection, conditions)
  if (!expired && conditions.every(({ index }) => lists.has(index))) {
    const [condition, ...others] = conditions
    const isOnce = others.length === 0 && condition !== undefined && (isOnePoint(condition) || !isScattered(connection, lists, condition.index))
    return countOf(connection, sql`SELECT ${isOnce ? sql`count(*)` : sql`count(DISTINCT id)`} AS total FROM (${ids})`)
  }
  return countOf(connection, sql`SELECT count(*) AS total FROM crest_documents AS d WHERE d.collection = ${path} AND d.id IN (${ids}) AND ${isLive(collection)}`)
}

function knowledge (connection: SqliteConnection, collection: QueriedCollection): IndexKnowledge {
  return {
    has: (index) => collection.lists.has(index),
    count: (conditions, most) => gatheredPieces(conditions) > mostPieces
      ? Infinity
      : countOf(connection, sql`SELECT count(*) AS total FROM (SELECT 1 FROM (${gatheredIds(collection, conditions)}) LIMIT ${finite(most)})`),
    isScattered: (index) => isScattered(connection, collection.lists, index)
  }
}

function isOnePoint ({ spans }: IndexCondition): boolean {
  return spans.length === 1 && spans.every(isPoint)
}

function isScattered (connection: SqliteConnection, lists: QueriedCollection['lists'], index: string): boolean {
  const list = lists.get(index)
  // Ids need no list, and each document has one.
  return list !== undefined && connection.first('SELECT 1 FROM crest_entries WHERE list = ? AND part = 2 LIMIT 1', list) !== undefined
}

function upTo (source: DocumentSource, last: Position | undefined): Sql {
  return last === undefined ? empty : sql` AND ${source.upTo(last)}`
}

function countOf (connection: SqliteConnection, statement: Sql): number {
  return Number(connection.rows<{ total: number }>(statement)[0]?.total)
}

/** No limit is -1 (sqlite.org/lang_select.html). */
function finite (limit: number): number {
  return limit === Infinity ? -1 : limit
}
