import { ranks } from '../../crest/comparable.ts'
import type { PageClause } from './postgres-page-clauses.ts'
import { marked } from './postgres-keys.ts'
import { memberText, quote } from './postgres-schema.ts'

/** So many documents with one value are sorted for a page, by a statement that is planned for all values. */
export const fewDocuments = 500

/** What the one row that is always there says; the page is there only in the first case. */
export const pageStates: { readonly page: 0, readonly changed: 1, readonly several: 2, readonly many: 3 } =
  Object.freeze({ page: 0, changed: 1, several: 2, many: 3 } as const)

/** All that the text of a prepared statement depends on; other values are its parameters. */
export interface PageShape {
  readonly collates: boolean
  /** Whether documents are found by indexes, which rest on the rules. */
  readonly guarded: boolean
  /** The index of the one value by which documents are found; undefined where they are found in order. */
  readonly driving: string | undefined
  /** All other clauses. */
  readonly others: readonly PageClause[]
  /** The index in whose order they come; undefined where that is the order of ids. */
  readonly order: { readonly index: string, readonly descending: boolean } | undefined
  /** What they come after: nothing, a document with a value, or one without. */
  readonly after: 'start' | 'value' | 'nothing'
  /** Where they are found in order: the collection, and at most how many. */
  readonly walk: { readonly path: string, readonly most: number } | undefined
}

/** A statement, and what its parameters stand for. */
export interface PageTemplate {
  readonly text: string
  readonly roles: readonly string[]
}

type Bind = (role: string) => string

const noneText = quote(String(ranks.none))

/**
 * The statement for a page by the documents with one value, of which there are few, or by a walk along an index. Its plan
 * does not depend on the values of parameters: the few are bounded whatever the value is, and a walk is searched by row
 * comparisons, of which the planner expects a part of the collection whatever their bounds are, so that sorting all of
 * it is never cheaper. What the collection is it must know: parts of some are more than all of others.
 */
export function pageTemplate (shape: PageShape): PageTemplate {
  const roles: string[] = []
  const bind: Bind = (role) => {
    if (!roles.includes(role)) roles.push(role)
    return `$${roles.indexOf(role) + 1}`
  }
  const text = shape.walk === undefined ? fewText(shape, bind) : walkText(shape, shape.walk, bind)
  return { text, roles }
}

function fewText (shape: PageShape, bind: Bind): string {
  const { driving = '', order, others, collates } = shape
  const path = bind('path')
  const conditions = [
    ...others.flatMap((clause, index) => clauseConditions(keyOf('f', clause.pointer, collates), clause, index, bind)),
    ...afterConditions(shape, 'f.key', 'f.id', bind)
  ]
  const orderOf = (row: 'f' | 'p'): string => orderText(order, `${row}.key`, `${row}.id`, true)
  return `WITH f AS (
      SELECT d.id, d.revision, d.content, ${others.length === 0 ? '' : 'd.sorted, '}${order === undefined ? 'NULL::text' : keyOf('d', order.index, collates)} AS key FROM crest_documents AS d
        WHERE d.collection = ${path} AND ${keyOf('d', driving, collates)} = ${bind('point')} AND ${liveText(bind)} LIMIT ${fewDocuments + 1})
    ${pageText(stateText(shape, path, bind), `SELECT f.id, f.revision, f.content, f.key FROM f${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`}
        ORDER BY ${orderOf('f')} LIMIT ${bind('limit')} OFFSET ${bind('offset')}`, orderOf('p'))}`
}

function walkText (shape: PageShape, walk: { readonly path: string, readonly most: number }, bind: Bind): string {
  const { order, others, collates } = shape
  const path = quote(walk.path)
  const key = order === undefined ? 'NULL::text' : keyOf('d', order.index, collates)
  // One condition alone says where the walk begins: the database may begin at the first of several.
  const begins = order?.descending === true ? '<' : '>'
  const ends = others.flatMap((clause, index) => clauseConditions(key, clause, index, bind, path, shape.after === 'start' ? undefined : begins))
  const conditions = [
    `d.collection = ${path}`,
    ...order === undefined ? [] : [order.descending && others.length === 0 && shape.after === 'start' ? `${key} < ${noneText}` : `(d.${memberText('sorted', order.index)}) IS NOT NULL`],
    ...ends,
    ...afterConditions(shape, key, 'd.id', bind),
    liveText(bind)
  ]
  const orderOf = (keyText: string, id: string): string => orderText(order, keyText, id, false)
  return pageText(stateText(shape, path, bind), `SELECT w.id, w.revision, w.content, w.key FROM (
        SELECT d.id, d.revision, d.content, ${key} AS key FROM crest_documents AS d WHERE ${conditions.join(' AND ')} ORDER BY ${orderOf(key, 'd.id')} LIMIT ${walk.most}
      ) AS w ORDER BY ${orderOf('w.key', 'w.id')} LIMIT ${bind('limit')} OFFSET ${bind('offset')}`, orderOf('p.key', 'p.id'))
}

/** @param withNone whether documents without a value are among them, which come last downwards too */
function orderText (order: PageShape['order'], key: string, id: string, withNone: boolean): string {
  if (order === undefined) return id
  if (!order.descending) return `${key}, ${id}`
  return `${withNone ? `${key} = ${noneText}, ` : ''}${key} DESC, ${id}`
}

/** At least one row, which has the state; the rows of the page where that allows it. LIMIT 1 keeps it from being computed twice. */
function pageText (state: string, page: string, order: string): string {
  return `SELECT g.state, ${marked('p.id')} AS id, p.revision, p.content::text AS content FROM (SELECT ${state} AS state LIMIT 1) AS g
      LEFT JOIN (${page}) AS p ON g.state = ${pageStates.page} ORDER BY ${order}`
}

function stateText ({ guarded, driving, others, walk }: PageShape, path: string, bind: Bind): string {
  const isByClauses = driving !== undefined || others.length > 0
  const cases = [
    ...guarded ? [`(SELECT generation FROM crest_rules WHERE collection = ${path}) IS DISTINCT FROM ${bind('generation')}::text THEN ${pageStates.changed}`] : [],
    // In order, so that it is looked for along an index.
    ...isByClauses ? [`(SELECT s.id FROM crest_documents AS s WHERE s.collection = ${path} AND s.compared IS NOT NULL ORDER BY s.id LIMIT 1) IS NOT NULL THEN ${pageStates.several}`] : [],
    ...walk === undefined ? [`(SELECT count(*) FROM f) > ${fewDocuments} THEN ${pageStates.many}`] : []
  ]
  return cases.length === 0 ? String(pageStates.page) : `CASE ${cases.map((text) => `WHEN ${text}`).join(' ')} ELSE ${pageStates.page} END`
}

function liveText (bind: Bind): string {
  return `d.content IS NOT NULL AND (d.expires IS NULL OR d.expires > ${bind('now')}::bigint)`
}

/**
 * @param path to be compared beside, where that is to be a row comparison
 * @param leftOut the direction in which nothing is to be bounded
 */
function clauseConditions (key: string, { point, bounds }: PageClause, index: number, bind: Bind, path?: string, leftOut?: '<' | '>'): readonly string[] {
  if (point !== undefined) return [`${key} = ${bind(`point${index}`)}`]
  return bounds.flatMap((bound, end) => {
    if (leftOut !== undefined && bound.operator.startsWith(leftOut)) return []
    const value = bound.isRank ? quote(bound.key) : bind(`bound${index}.${end}`)
    return path === undefined ? `${key} ${bound.operator} ${value}` : `(${key}, d.collection) ${bound.operator} (${value}, ${path})`
  })
}

function afterConditions ({ after, order, driving }: PageShape, key: string, id: string, bind: Bind): readonly string[] {
  if (after === 'start') return []
  const afterId = bind('afterId')
  if (order === undefined) return [`${id} > ${afterId}`]
  if (order.descending && after === 'nothing') return [`${key} = ${noneText}`, `${id} > ${afterId}`]
  const afterKey = bind('afterKey')
  if (!order.descending) return [`(${key}, ${id}) > (${afterKey}, ${afterId})`]
  const below = `(${key} < ${afterKey} OR ${id} > ${afterId})`
  return driving === undefined ? [`${key} <= ${afterKey}`, below] : [`(${key} = ${noneText} OR (${key} <= ${afterKey} AND ${below}))`]
}

function keyOf (row: 'd' | 'f', pointer: string, collates: boolean): string {
  return `(${row}.${memberText('sorted', pointer)})${collates ? ' COLLATE "C"' : ''}`
}
