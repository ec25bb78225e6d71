import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import { judgeOf } from '../query/judge.ts'
import type { Judge } from '../query/judge.ts'
import { collectPage, startOfPage } from '../query/page-collector.ts'
import type { PageStart, PlanOrder } from '../query/page-collector.ts'
import { createTimeSlices } from '../query/time-slices.ts'
import { toDocument } from '../sql/document-row.ts'
import { filterCondition, isExactCondition, isWorthwhile } from '../sql/filter.ts'
import type { SqlFilterContext } from '../sql/filter.ts'
import type { StoreQuery, StoreQueryResult, StoredDocument } from '../store.ts'
import { indexCondition, isLive } from './postgres-conditions.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { estimateRows } from './postgres-estimate.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { unmarked } from './postgres-keys.ts'
import { drivingParts, selectPage } from './postgres-select.ts'
import type { PageRow } from './postgres-select.ts'
import { segmentsOf } from './postgres-segments.ts'
import type { Segment, WalkedIndex } from './postgres-segments.ts'

// So many documents are fetched at a time where each is judged here: the first time few, as few may be enough.
const firstWindow = 64
const largestWindow = 2048

/** A query on its way. */
interface Running {
  readonly connection: PostgresConnection
  readonly collection: QueriedCollection
  readonly request: StoreQuery
  /** In whose order documents come: that of the ids, or along the index of the first sort key. */
  readonly plan: PlanOrder & { readonly walked: WalkedIndex | undefined }
  /** What SQL says of the filter, each once: parts of documents that have none in common. */
  readonly parts: readonly Sql[]
  /** What it cannot say; undefined where that is all there is to say. */
  readonly judge: Judge | undefined
}

/**
 * Answers a query on one collection. The database chooses the way to the documents; whether they come in order, and what
 * SQL cannot say of them, is decided here. Mostly one statement a page.
 */
export async function queryPostgres (connection: PostgresConnection, collection: QueriedCollection, request: StoreQuery): Promise<StoreQueryResult> {
  const { after, offset = 0, limit = Infinity, count = false } = request
  const running = begin(connection, collection, request)
  const isPage = running.plan.sorted && running.judge === undefined
  const documents = limit === 0 ? [] : isPage ? await readInOrder(running) : await readAndCollect(running)
  if (!count) return { documents, total: undefined }
  if (after === undefined && offset === 0 && documents.length < limit) return { documents, total: documents.length }
  if (request.estimate === true && request.accepts === undefined && connection.engine.estimates) {
    return { documents, total: await estimateRows(connection, sql`${isLive(collection)} AND ${conditionOf(collection, request)}`), estimated: true }
  }
  return { documents, total: await countMatches(running) }
}

function begin (connection: PostgresConnection, collection: QueriedCollection, request: StoreQuery): Running {
  const { filter, sortKeys: [key, ...others], accepts } = request
  const index = key === undefined ? undefined : formatJsonPointer(key.pointer)
  const walked = key !== undefined && index !== undefined && collection.indexes.includes(index) ? { index, descending: key.descending } : undefined
  const context = contextOf(collection)
  const isJudged = isWorthwhile(filter) && isExactCondition(filter, context)
  const { parts, alongWalk } = isWorthwhile(filter)
    ? drivingParts(filter, walked?.index, collection, (clause) => filterCondition(clause, context))
    : { parts: [sql`true`], alongWalk: false }
  return {
    connection,
    collection,
    request,
    plan: {
      kind: walked === undefined ? 'ids' : 'walk',
      sorted: key === undefined || (walked !== undefined && others.length === 0),
      walked: walked && { ...walked, valuesOnly: alongWalk }
    },
    parts,
    judge: judgeOf(isJudged ? undefined : filter, accepts)
  }
}

function contextOf (collection: QueriedCollection): SqlFilterContext {
  return { dialect: postgresDialect(collection.engine), indexCondition: (clause) => indexCondition(clause, collection) }
}

function conditionOf (collection: QueriedCollection, { filter }: StoreQuery): Sql {
  return isWorthwhile(filter) ? filterCondition(filter, contextOf(collection)) : sql`true`
}

/** Where the rows are those of the page, from the first to the last. */
async function readInOrder (running: Running): Promise<readonly StoredDocument[]> {
  const { request: { after, offset = 0, limit = Infinity } } = running
  const documents: StoredDocument[] = []
  let skip = offset
  for (const segment of segmentsOf(running.collection, running.plan.walked, startOfPage(running.plan, after))) {
    const rows = await select(running, segment, limit - documents.length, skip)
    documents.push(...rows.map(toDocument))
    if (documents.length === limit) break
    if (rows.length > 0) skip = 0
    else if (skip > 0) skip -= await countRows(running, segment.where)
  }
  return documents
}

/** Where documents are yet to be judged, or to be sorted: window by window, until it is enough. */
async function readAndCollect (running: Running): Promise<readonly StoredDocument[]> {
  const { request, plan, judge } = running
  const { offset = 0, limit = Infinity } = request
  const page = collectPage(plan, request)
  const enough = plan.sorted && judge === undefined ? offset + limit : Infinity
  await visitWindows(running, enough, startOfPage(plan, request.after), (document) => (judge !== undefined && !judge(document)) || page.add(document))
  return page.documents()
}

async function countMatches (running: Running): Promise<number> {
  const { judge } = running
  if (judge === undefined) return countRows(running, sql`true`)
  let total = 0
  // The order is no matter: that of ids needs no index.
  const byId: Running = { ...running, plan: { kind: 'ids', sorted: true, walked: undefined } }
  await visitWindows(byId, Infinity, undefined, (document) => {
    if (judge(document)) total++
    return true
  })
  return total
}

/** Goes through the documents in the order of the plan; others have their turn in between. `visit` says whether to go on. */
async function visitWindows (running: Running, enough: number, from: PageStart | undefined, visit: (document: StoredDocument) => boolean): Promise<void> {
  const slices = createTimeSlices()
  for (const whole of segmentsOf(running.collection, running.plan.walked, from)) {
    let segment = whole
    for (let window = Math.min(firstWindow, enough); ; window = Math.min(4 * window, largestWindow)) {
      const rows = await select(running, segment, window, 0)
      for (const row of rows) {
        if (!visit(toDocument(row))) return
        if (slices.over()) await slices.next()
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < window) break
      segment = whole.behind(last.key ?? '', last.id)
    }
  }
}

async function select ({ connection, collection, parts }: Running, segment: Segment, limit: number, offset: number): Promise<readonly PageRow[]> {
  const rows = await connection.rows<PageRow>(selectPage(parts.map((part) => sql`${isLive(collection)} AND ${segment.where} AND ${part}`), segment, limit, offset))
  return rows.map(({ id, revision, content, key }) => ({ id: unmarked(id), revision, content, key }))
}

async function countRows ({ connection, collection, parts }: Running, where: Sql): Promise<number> {
  const counts = await Promise.all(parts.map(async (part) =>
    (await connection.rows<{ total: unknown }>(sql`SELECT count(*) AS total FROM crest_documents AS d WHERE ${isLive(collection)} AND ${where} AND ${part}`))[0]?.total))
  return counts.reduce<number>((sum, total) => sum + Number(total), 0)
}
