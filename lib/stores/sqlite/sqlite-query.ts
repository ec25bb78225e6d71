import sql, { empty } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { itself, judgeOf } from '../query/judge.ts'
import type { Judge } from '../query/judge.ts'
import { collectPage, startOfPage } from '../query/page-collector.ts'
import type { PageStart } from '../query/page-collector.ts'
import { planQuery } from '../query/query-plan.ts'
import type { IndexCondition, QueryPlan } from '../query/query-plan.ts'
import { createTimeSlices } from '../query/time-slices.ts'
import type { TimeSlices } from '../query/time-slices.ts'
import { filterCondition, isExactCondition, isWorthwhile } from '../sql/filter.ts'
import type { SqlFilterContext } from '../sql/filter.ts'
import type { StoreQuery, StoreQueryResult, StoredDocument } from '../store.ts'
import { gatheredIds, isLive, listedSource } from './sqlite-access.ts'
import type { DocumentSource, Position, QueriedCollection } from './sqlite-access.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { listCondition } from './sqlite-index-condition.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import { countByLists, countOf, finite, knowledge } from './sqlite-knowledge.ts'
import { sortedPage } from './sqlite-sorted.ts'
import { inParts, sourcesOf } from './sqlite-sources.ts'
import type { PlannedQuery } from './sqlite-sources.ts'
import { toDocument } from '../sql/document-row.ts'
import type { DocumentRow } from '../sql/document-row.ts'

// So many rows are judged in one statement: drivers are synchronous, and hold up the whole process meanwhile.
const leastWindow = 32
const firstWindow = 64
const largestWindow = 4096
// What a row costs depends on the filter: the next window is to take about as long as this.
const windowMilliseconds = 10

/** A query on its way. */
interface Running extends PlannedQuery {
  readonly slices: TimeSlices
  /** What SQL says of the rest of the filter. */
  readonly condition: Sql
  /** What it cannot say; undefined where that is all there is to say. */
  readonly judge: Judge | undefined
}

/** Answers a query on one collection: through its lists, the rest of the filter in SQL, and what SQL cannot say document by document. */
export async function querySqlite (connection: SqliteConnection, collection: QueriedCollection, request: StoreQuery): Promise<StoreQueryResult> {
  const { filter, sortKeys, accepts, offset = 0, after, limit = Infinity, count = false } = request
  const slices = createTimeSlices(1)
  const plan = planQuery(filter, sortKeys, knowledge(connection, collection))
  const running = begin(connection, collection, request, plan, slices)
  const isPage = plan.sorted && plan.rest === undefined && accepts === undefined
  const documents = limit === 0 ? [] : isPage ? readInOrder(running, request) : readSorted(running, request) ?? await readAndCollect(running, request)
  if (!count) return { documents, total: undefined }
  const isWhole = after === undefined && offset === 0 && documents.length < limit
  return { documents, total: isWhole ? documents.length : await countMatches(connection, collection, request, slices) }
}

function begin (connection: SqliteConnection, collection: QueriedCollection, { filter, accepts }: StoreQuery, plan: QueryPlan, slices: TimeSlices): Running {
  const context: SqlFilterContext = { dialect: sqliteDialect, indexCondition: (clause) => listCondition(clause, collection.lists) }
  const { rest } = plan
  const inSql = rest !== undefined && isWorthwhile(rest)
  const condition = inSql ? sql` AND ${filterCondition(rest, context)}` : empty
  const isJudged = rest === undefined || (inSql && isExactCondition(rest, context))
  return { connection, collection, plan, slices, condition, judge: judgeOf(isJudged ? undefined : filter, accepts, itself) }
}

/** Where the rows of a plan are those of the page, from the first to the last. */
function readInOrder (running: Running, { after, offset = 0, limit = Infinity }: StoreQuery): readonly StoredDocument[] {
  const documents: StoredDocument[] = []
  let skip = offset
  const sources = [...sourcesOf(running, after)]
  for (let first = sources.shift(); first !== undefined; first = sources.shift()) {
    const parts = inParts(running, first, limit - documents.length + skip)
    if (parts !== undefined) {
      sources.unshift(...parts)
      continue
    }
    const { source } = first
    const rows = select(running, source, undefined, limit - documents.length, skip)
    documents.push(...rows.map(toDocument))
    if (documents.length === limit) break
    if (rows.length > 0) skip = 0
    else if (skip > 0) skip -= countRows(running, source, undefined)
  }
  return documents
}

/** Where few documents are yet to be sorted, by an index: SQL does that. Undefined where it cannot. */
function readSorted ({ connection, collection, plan, condition, judge }: Running, request: StoreQuery): readonly StoredDocument[] | undefined {
  if (judge !== undefined) return undefined
  const hasExpired = (): boolean => connection.first('SELECT 1 FROM crest_documents WHERE collection = ? AND expires <= ? LIMIT 1', collection.path, collection.now) !== undefined
  const statement = sortedPage(collection, plan, request, condition === empty ? undefined : condition, hasExpired)
  return statement && connection.rows<DocumentRow>(statement).map(toDocument)
}

/** Where documents are yet to be judged, or to be sorted. */
async function readAndCollect (running: Running, request: StoreQuery): Promise<readonly StoredDocument[]> {
  const { plan, judge } = running
  const { offset = 0, limit = Infinity, after } = request
  const page = collectPage(plan, request, itself)
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
  const { filter, accepts } = request
  const plan = planQuery(filter, accepts === undefined ? 'count' : 'any', knowledge(connection, collection))
  if (plan.rest === undefined && accepts === undefined) return countByLists(connection, collection, plan)
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
    const parts = inParts(running, first, window)
    if (parts !== undefined) {
      sources = [...parts, ...sources.slice(1)]
      continue
    }
    const last = lastOfWindow(running, first.source, window)
    if (!visit(first.source, last)) return
    sources = last === undefined ? sources.slice(1) : sourcesOf(running, { values: [{ rank: first.rank, value: last.value }], id: last.id })
    // How long rows take is not told by the end of a source, which may be empty.
    if (last !== undefined) window = nextWindow(window, performance.now() - start)
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

function upTo (source: DocumentSource, last: Position | undefined): Sql {
  return last === undefined ? empty : sql` AND ${source.upTo(last)}`
}
