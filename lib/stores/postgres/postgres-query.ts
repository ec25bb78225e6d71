import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { formatJsonPointer } from '../../crest/json-pointer.ts'
import { itself, judgeOf } from '../query/judge.ts'
import type { Judge } from '../query/judge.ts'
import { collectPage, startOfPage } from '../query/page-collector.ts'
import type { PageStart, PlanOrder } from '../query/page-collector.ts'
import { createTimeSlices } from '../query/time-slices.ts'
import { toDocument } from '../sql/document-row.ts'
import type { StoreQuery, StoreQueryResult, StoredDocument } from '../store.ts'
import { isLive, isUnderRules } from './postgres-conditions.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import type { PostgresConnection, PostgresReader } from './postgres-connection.ts'
import { estimateRows } from './postgres-estimate.ts'
import { filterParts } from './postgres-filter.ts'
import { preparedPage } from './postgres-page.ts'
import { unmarked } from './postgres-keys.ts'
import { areRulesCurrent } from './postgres-rules.ts'
import { selectPage } from './postgres-select.ts'
import type { PageRow } from './postgres-select.ts'
import { segmentsOf } from './postgres-segments.ts'
import type { Segment, WalkedIndex } from './postgres-segments.ts'

// So many documents are fetched at a time where each is judged here: the first time few, as few may be enough.
const firstWindow = 64
const largestWindow = 2048

/** A query on its way. */
interface Running {
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
 * Answers a query on one collection, as it is in one moment: by one statement where the page is the rows of one, and
 * otherwise by several that see the same. The database chooses the way to the documents; whether they come in order, and
 * what SQL cannot say of them, is decided here.
 *
 * @returns undefined where the rules of the collection are others by now
 */
export async function queryPostgres (connection: PostgresConnection, collection: QueriedCollection, request: StoreQuery): Promise<StoreQueryResult | undefined> {
  const prepared = await preparedPage(connection, collection, request)
  if (prepared === 'changed') return undefined
  if (prepared !== undefined) return { documents: prepared, total: undefined }
  const running = begin(collection, request)
  const { limit = Infinity, count = false } = request
  const isEstimated = count && request.estimate === true && request.accepts === undefined && connection.engine.estimates
  const page = count && !isEstimated ? undefined : await readOneStatement(connection, running)
  if (page !== undefined) {
    if (page.length === 0 && limit > 0 && !await isCurrent(connection, collection)) return undefined
    return isEstimated ? { documents: page, ...await estimate(connection, running, page) } : { documents: page, total: undefined }
  }
  return connection.snapshot(async (reader) => {
    if (!await isCurrent(reader, collection)) return undefined
    const documents = limit === 0 ? [] : running.plan.sorted && running.judge === undefined ? await readInOrder(reader, running) : await readAndCollect(reader, running)
    if (!count) return { documents, total: undefined }
    if (isEstimated) return { documents, ...await estimate(reader, running, documents) }
    return { documents, total: isWhole(request, documents) ? documents.length : await countMatches(reader, running) }
  })
}

function begin (collection: QueriedCollection, { filter, sortKeys: [key, ...others], accepts, ...request }: StoreQuery): Running {
  const index = key === undefined ? undefined : formatJsonPointer(key.pointer)
  const walked = key !== undefined && index !== undefined && collection.indexes.includes(index) ? { index, descending: key.descending } : undefined
  const { parts, alongWalk, isExact } = filterParts(filter, walked?.index, collection)
  return {
    collection,
    request: { ...request, filter, sortKeys: key === undefined ? [] : [key, ...others], ...(accepts === undefined ? {} : { accepts }) },
    plan: {
      kind: walked === undefined ? 'ids' : 'walk',
      sorted: key === undefined || (walked !== undefined && others.length === 0),
      walked: walked && { ...walked, valuesOnly: alongWalk }
    },
    parts,
    judge: judgeOf(isExact ? undefined : filter, accepts, itself)
  }
}

/** The page, where it is the rows of one statement; undefined where it is not. */
async function readOneStatement (connection: PostgresConnection, running: Running): Promise<readonly StoredDocument[] | undefined> {
  const { collection, plan, judge, request: { after, offset = 0, limit = Infinity } } = running
  if (!plan.sorted || judge !== undefined) return undefined
  if (limit === 0) return []
  const [segment, ...others] = segmentsOf(collection, plan.walked, startOfPage(plan, after))
  if (segment === undefined) return []
  const rows = await select(connection, running, segment, limit, offset)
  return others.length === 0 || rows.length === limit ? rows.map(toDocument) : undefined
}

/** Where the rows are those of the page, from the first to the last. */
async function readInOrder (reader: PostgresReader, running: Running): Promise<readonly StoredDocument[]> {
  const { request: { after, offset = 0, limit = Infinity } } = running
  const documents: StoredDocument[] = []
  let skip = offset
  for (const segment of segmentsOf(running.collection, running.plan.walked, startOfPage(running.plan, after))) {
    const rows = await select(reader, running, segment, limit - documents.length, skip)
    documents.push(...rows.map(toDocument))
    if (documents.length === limit) break
    if (rows.length > 0) skip = 0
    else if (skip > 0) skip -= await countRows(reader, running, segment.where)
  }
  return documents
}

/** Where documents are yet to be judged, or to be sorted: window by window, until it is enough. */
async function readAndCollect (reader: PostgresReader, running: Running): Promise<readonly StoredDocument[]> {
  const { request, plan, judge } = running
  const { offset = 0, limit = Infinity } = request
  const page = collectPage(plan, request, itself)
  const enough = plan.sorted && judge === undefined ? offset + limit : Infinity
  await visitWindows(reader, running, enough, startOfPage(plan, request.after), (document) => (judge !== undefined && !judge(document)) || page.add(document))
  return page.documents()
}

async function countMatches (reader: PostgresReader, running: Running): Promise<number> {
  const { judge } = running
  if (judge === undefined) return countRows(reader, running, sql`true`)
  let total = 0
  // The order is no matter: that of ids needs no index.
  const byId: Running = { ...running, plan: { kind: 'ids', sorted: true, walked: undefined } }
  await visitWindows(reader, byId, Infinity, undefined, (document) => {
    if (judge(document)) total++
    return true
  })
  return total
}

/** No fewer than are known: the planner may expect less than there is on the page. */
async function estimate (reader: PostgresReader, { collection, parts, request }: Running, documents: readonly StoredDocument[]): Promise<Pick<StoreQueryResult, 'total' | 'estimated'>> {
  if (isWhole(request, documents)) return { total: documents.length }
  const rows = await estimateRows(reader, parts.map((part) => sql`${isLive(collection)} AND ${part}`))
  return { total: Math.max(rows, documents.length + (documents.length === 0 ? 0 : request.offset ?? 0)), estimated: true }
}

/** Whether the page is all that there is. */
function isWhole ({ after, offset = 0, limit = Infinity }: StoreQuery, documents: readonly StoredDocument[]): boolean {
  return after === undefined && offset === 0 && documents.length < limit
}

/** Goes through the documents in the order of the plan; others have their turn in between. `visit` says whether to go on. */
async function visitWindows (reader: PostgresReader, running: Running, enough: number, from: PageStart | undefined, visit: (document: StoredDocument) => boolean): Promise<void> {
  const slices = createTimeSlices()
  for (const whole of segmentsOf(running.collection, running.plan.walked, from)) {
    let segment = whole
    for (let window = Math.min(firstWindow, enough); ; window = Math.min(4 * window, largestWindow)) {
      const rows = await select(reader, running, segment, window, 0)
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

async function select (reader: PostgresReader, { collection, parts }: Running, segment: Segment, limit: number, offset: number): Promise<readonly PageRow[]> {
  const rows = await reader.rows<PageRow>(selectPage(parts.map((part) => sql`${isMatch(collection)} AND ${segment.where} AND ${part}`), segment, limit, offset))
  return rows.map(({ id, revision, content, key }) => ({ id: unmarked(id), revision, content, key }))
}

async function countRows (reader: PostgresReader, { collection, parts }: Running, where: Sql): Promise<number> {
  let total = 0
  for (const part of parts) {
    const [row] = await reader.rows<{ total: unknown }>(sql`SELECT count(*) AS total FROM crest_documents AS d WHERE ${isLive(collection)} AND ${where} AND ${part}`)
    total += Number(row?.total)
  }
  return total
}

// Without indexes nothing rests on the rules.
function isMatch (collection: QueriedCollection): Sql {
  return collection.indexes.length === 0 ? isLive(collection) : sql`${isUnderRules(collection)} AND ${isLive(collection)}`
}

async function isCurrent (reader: PostgresReader, collection: QueriedCollection): Promise<boolean> {
  return collection.indexes.length === 0 || areRulesCurrent(reader, collection)
}
