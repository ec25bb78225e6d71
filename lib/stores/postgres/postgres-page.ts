import { formatJsonPointer } from '../../crest/json-pointer.ts'
import { ranks } from '../../crest/comparable.ts'
import { toDocument } from '../sql/document-row.ts'
import type { DocumentRow } from '../sql/document-row.ts'
import type { StoreQuery, StoredDocument } from '../store.ts'
import type { QueriedCollection } from './postgres-conditions.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { sortKey, unmarked } from './postgres-keys.ts'
import { isWithinClause, pageClauses } from './postgres-page-clauses.ts'
import type { PageClause } from './postgres-page-clauses.ts'
import type { PageKnowledge } from './postgres-page-knowledge.ts'
import { fewDocuments, pageStates, pageTemplate } from './postgres-page-text.ts'
import type { PageShape, PageTemplate } from './postgres-page-text.ts'

// At most so many documents of a walk are asked for; the least that is enough is written into the statement.
const walks = [32, 128, 512]
// How long a collection, or a filter, that was not for this way goes the other one at once, in milliseconds.
const pause = 60_000

type PreparedRow = { readonly state: unknown } & (DocumentRow | { readonly id: null })

/**
 * A page by one prepared statement whose plan serves all values, where there is one: in the order of ids or along one
 * index, of documents that lie in one span of it, or have one value, which few have.
 *
 * @returns undefined where the page is to be found in another way; `'changed'` where the rules of the collection are others by now
 */
export async function preparedPage (connection: PostgresConnection, collection: QueriedCollection, request: StoreQuery): Promise<readonly StoredDocument[] | 'changed' | undefined> {
  const { pages } = connection
  const { path, now } = collection
  const { filter, limit = Infinity, offset = 0 } = request
  const shape = connection.keepsNames ? shapeOf(collection, request) : undefined
  if (shape === undefined || limit === 0 || limit + offset > fewDocuments) return undefined
  const isByClauses = shape.driving !== undefined || shape.others.length > 0
  if ((isByClauses && now < (pages.several.get(path) ?? 0)) || (shape.driving !== undefined && now < (pages.many.get(filter) ?? 0))) return undefined
  const { text, roles } = templateOf(shape, pages.templates)
  const values = valuesOf(collection, request)
  const rows = await connection.prepared<PreparedRow>(shape.walk === undefined ? 'few' : 'walk', text, roles.map((role) => values[role]))
  switch (Number(rows[0]?.state)) {
    case pageStates.changed: return 'changed'
    case pageStates.several:
      pages.several.set(path, now + pause)
      return undefined
    case pageStates.many:
      pages.many.set(filter, now + pause)
      return undefined
  }
  const found = rows.filter((row): row is { readonly state: unknown } & DocumentRow => row.id !== null)
  // Behind what has a value there may be documents without one, downwards.
  if (shape.walk !== undefined && shape.order?.descending === true && shape.others.length === 0 && found.length < limit) return undefined
  return found.map((row) => toDocument({ ...row, id: unmarked(row.id) }))
}

function shapeOf ({ path, isPathDeclared, indexes, engine: { collates } }: QueriedCollection, request: StoreQuery): PageShape | undefined {
  const { filter, sortKeys: [key, ...furtherKeys], accepts, count = false, after, limit = Infinity, offset = 0 } = request
  const clauses = count || accepts !== undefined || furtherKeys.length > 0 ? undefined : pageClauses(filter)
  if (clauses === undefined || !clauses.every(({ pointer }) => indexes.includes(pointer))) return undefined
  const order = key === undefined ? undefined : { index: formatJsonPointer(key.pointer), descending: key.descending }
  const [start] = after?.values ?? []
  if (order !== undefined && (!indexes.includes(order.index) || (after !== undefined && start === undefined))) return undefined
  const position = after === undefined ? 'start' : order !== undefined && start?.rank === ranks.none ? 'nothing' : 'value'
  const driving = drivingClause(clauses)
  const common = { collates, guarded: indexes.length > 0, order, after: position } as const
  if (driving !== undefined) return { ...common, driving: driving.pointer, others: clauses.filter((clause) => clause !== driving), walk: undefined }
  const most = walks.find((size) => size >= limit + offset)
  // The path is written into the statement of a walk.
  const isWalked = most !== undefined && isPathDeclared && clauses.every((clause) => clause.pointer === order?.index && (start === undefined || isWithinClause(sortKey(start), clause))) &&
    !(order?.descending === true && position === 'nothing')
  return isWalked ? { ...common, driving: undefined, others: clauses, walk: { path, most } } : undefined
}

function drivingClause (clauses: readonly PageClause[]): PageClause | undefined {
  return clauses.find(({ point }) => point !== undefined)
}

function templateOf (shape: PageShape, templates: PageKnowledge['templates']): PageTemplate {
  // Of other clauses only where they are and which ends they have.
  const others = shape.others.map(({ pointer, point, bounds }) => [pointer, point === undefined ? bounds.map(({ operator, key, isRank }) => isRank ? operator + key : operator) : '='])
  const key = JSON.stringify([shape.collates, shape.guarded, shape.driving, others, shape.order, shape.after, shape.walk])
  let template = templates.get(key)
  if (template === undefined) {
    template = pageTemplate(shape)
    templates.set(key, template)
  }
  return template
}

function valuesOf ({ path, generation, now }: QueriedCollection, { filter, limit, offset = 0, after }: StoreQuery): Readonly<Record<string, unknown>> {
  const clauses = pageClauses(filter) ?? []
  const driving = drivingClause(clauses)
  const values: Record<string, unknown> = { path, generation, now, limit, offset, point: driving?.point }
  for (const [index, { point, bounds }] of clauses.filter((clause) => clause !== driving).entries()) {
    values[`point${index}`] = point
    for (const [end, bound] of bounds.entries()) values[`bound${index}.${end}`] = bound.key
  }
  if (after !== undefined) {
    const [first] = after.values
    values['afterId'] = after.id
    values['afterKey'] = first && sortKey(first)
  }
  return values
}
