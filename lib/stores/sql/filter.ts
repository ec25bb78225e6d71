import sql, { raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { foldCase } from '../../crest/case-folding.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import type { ComparisonOperator, CompareFilter, FilterValue, InFilter, QueryFilter } from '../../crest/query-filter.ts'
import { allOf, anyOf } from './conditions.ts'
import type { SqlDialect } from './dialect.ts'

/** What a filter is translated for. */
export interface SqlFilterContext {
  readonly dialect: SqlDialect
  /** The condition that holds exactly for the documents that match, along an index; undefined where no index can tell. */
  indexCondition (filter: CompareFilter | InFilter): Sql | undefined
}

/**
 * Which side a condition may err on. `over`: true for every document that matches, perhaps for others too. `under`:
 * true only for documents that match. What is not exact is finished by the predicate, and a negation turns the side.
 */
type Side = 'over' | 'under'

/** The longest `in` that is compared value by value where there is no index. */
const mostMembers = 16
/** The longest filter that is translated. */
const mostClauses = 32
/** The longest pointer that is: an array may stand at each of its tokens. */
const mostTokens = 8

/**
 * A condition over the document row `d` that holds for every document that matches the filter, two-valued. Every SQL store has
 * the columns `id`, `folded` (null where it is the id itself) and `revision`.
 */
export function filterCondition (filter: QueryFilter, context: SqlFilterContext): Sql {
  return translate(filter, 'over', context)
}

/** Whether {@link filterCondition} holds for no other document. */
export function isExactCondition (filter: QueryFilter, context: SqlFilterContext): boolean {
  switch (filter.kind) {
    case 'literal': return true
    case 'and': case 'or': return filter.operands.every((operand) => isExactCondition(operand, context))
    case 'not': return isExactCondition(filter.operand, context)
    case 'present': return filter.field.length === 0 || isOwnColumn(filter.field)
    case 'compare': case 'in': return filter.field.length === 0 || context.indexCondition(filter) !== undefined || (isOwnColumn(filter.field) && literalsOf(filter).every((value) => isBindable(value, context.dialect)))
  }
}

/** Whether a condition is quicker than the predicate: each of its clauses is looked up or parsed anew for each row. */
export function isWorthwhile (filter: QueryFilter): boolean {
  return clausesOf(filter) <= mostClauses
}

function clausesOf (filter: QueryFilter): number {
  switch (filter.kind) {
    case 'and': case 'or': return filter.operands.reduce((sum, operand) => sum + clausesOf(operand), 0)
    case 'not': return clausesOf(filter.operand)
    case 'in': return Math.max(1, Math.min(filter.values.length, mostMembers))
    case 'literal': case 'present': case 'compare': return 1
  }
}

function translate (filter: QueryFilter, side: Side, context: SqlFilterContext): Sql {
  switch (filter.kind) {
    case 'literal': return literal(filter.value)
    case 'and': return allOf(filter.operands.map((operand) => translate(operand, side, context)))
    case 'or': return anyOf(filter.operands.map((operand) => translate(operand, side, context)))
    case 'not': return sql`NOT ${translate(filter.operand, side === 'over' ? 'under' : 'over', context)}`
    case 'present': return twoValued(presence(filter.field, side, context))
    case 'compare': case 'in': return twoValued(comparison(filter, side, context))
  }
}

function literal (value: boolean): Sql {
  return raw(value ? '(1 = 1)' : '(1 = 0)')
}

/** Null, as SQL says of what is missing, is false here, so that its negation is true (Common REST, filter evaluation). */
function twoValued (condition: Sql): Sql {
  return sql`((${condition}) IS TRUE)`
}

/** `_id` and `_rev` are columns; nothing is below them. */
function isOwnColumn ([first]: JsonPointer): boolean {
  return first === '_id' || first === '_rev'
}

function isAddressable (field: JsonPointer, dialect: SqlDialect): boolean {
  return field.length <= mostTokens && dialect.canAddress(field)
}

function presence (field: JsonPointer, side: Side, { dialect }: SqlFilterContext): Sql {
  if (field.length === 0) return literal(true)
  if (isOwnColumn(field)) return literal(field.length === 1)
  if (!isAddressable(field, dialect)) return literal(side === 'over')
  const found = sql`NOT ${dialect.isKind(field, ['null'])}`
  return side === 'under' ? found : anyOf([found, throughArray(field.slice(0, -1), dialect)])
}

function comparison (filter: CompareFilter | InFilter, side: Side, context: SqlFilterContext): Sql {
  const { field } = filter
  // The document itself is an object, which never compares.
  if (field.length === 0) return literal(false)
  const indexed = context.indexCondition(filter)
  if (indexed !== undefined) return indexed
  if (isOwnColumn(field)) return field.length === 1 ? columnComparison(filter, side, context) : literal(false)
  const { dialect } = context
  if (!isAddressable(field, dialect)) return literal(side === 'over')
  const scalar = filter.kind === 'compare' ? scalarComparison(field, filter, side, dialect) : membership(field, filter.values, side, dialect)
  return side === 'under' ? scalar : anyOf([scalar, throughArray(field, dialect)])
}

function columnComparison (filter: CompareFilter | InFilter, side: Side, { dialect }: SqlFilterContext): Sql {
  // A revision is of visible ASCII (RFC 9110 section 8.8.3); an id that is not its own folded form has that beside it.
  const text = filter.field[0] === '_id' ? sql`coalesce(d.folded, d.id)` : dialect.lowerAscii(sql`d.revision`)
  const operator = filter.kind === 'in' ? 'eq' : filter.operator
  return anyOf(literalsOf(filter).flatMap((value) => {
    if (typeof value !== 'string') return []
    return [isBindable(value, dialect) ? textCondition(text, operator, foldCase(value), dialect) : literal(side === 'over')]
  }))
}

function literalsOf (filter: CompareFilter | InFilter): readonly FilterValue[] {
  return filter.kind === 'in' ? filter.values : [filter.value]
}

function isBindable (value: FilterValue, { canBind }: SqlDialect): boolean {
  return typeof value !== 'string' || canBind(value)
}

function membership (field: JsonPointer, values: readonly FilterValue[], side: Side, dialect: SqlDialect): Sql {
  if (values.length > mostMembers) return side === 'over' ? dialect.isKind(field, ['string', 'number', 'boolean']) : literal(false)
  return anyOf(values.map((value) => scalarComparison(field, { operator: 'eq', value }, side, dialect)))
}

function scalarComparison (field: JsonPointer, { operator, value }: Pick<CompareFilter, 'operator' | 'value'>, side: Side, dialect: SqlDialect): Sql {
  switch (typeof value) {
    case 'string': return textComparison(field, operator, foldCase(value), side, dialect)
    case 'number': return side === 'over' ? nearNumber(field, operator, value, dialect) : exactNumber(field, operator, value, dialect)
    case 'boolean': return anyOf([false, true].filter((stored) => compares(Number(stored), operator, Number(value))).map((stored) => dialect.isBoolean(field, stored)))
  }
}

/** SQL folds ASCII as we do; of any other text it knows nothing. */
function textComparison (field: JsonPointer, operator: ComparisonOperator, folded: string, side: Side, dialect: SqlDialect): Sql {
  const text = dialect.textAt(field)
  const isText = dialect.isKind(field, ['string'])
  if (!dialect.canBind(folded)) return side === 'over' ? isText : literal(false)
  const known = dialect.isAscii(text)
  const holds = textCondition(dialect.lowerAscii(text), operator, folded, dialect)
  return side === 'under' ? allOf([isText, known, holds]) : allOf([isText, anyOf([sql`NOT ${known}`, holds])])
}

function textCondition (text: Sql, operator: ComparisonOperator, folded: string, dialect: SqlDialect): Sql {
  switch (operator) {
    case 'co': return dialect.contains(text, folded)
    case 'sw': return dialect.startsWith(text, folded)
    default: return sql`${text} ${raw(symbols[operator])} ${folded}`
  }
}

const symbols = { eq: '=', co: '=', sw: '=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const

function exactNumber (field: JsonPointer, operator: ComparisonOperator, value: number, dialect: SqlDialect): Sql {
  return allOf([dialect.isExactNumber(field), sql`${dialect.numberAt(field)} ${raw(symbols[operator])} ${value}`])
}

/** Databases read decimals with small errors: a little more than what matches. */
function nearNumber (field: JsonPointer, operator: ComparisonOperator, value: number, dialect: SqlDialect): Sql {
  const number = dialect.numberAt(field)
  const margin = Math.abs(value) * 1e-9 + 1e-300
  const conditions = [dialect.isKind(field, ['number'])]
  if (operator !== 'lt' && operator !== 'le' && value > -hugeNumber) conditions.push(sql`${number} >= ${value - margin}`)
  if (operator !== 'gt' && operator !== 'ge' && value < hugeNumber) conditions.push(sql`${number} <= ${value + margin}`)
  return allOf(conditions)
}

// Above it a margin, or a database that rounds up, comes to infinity.
const hugeNumber = 1e300

function compares (stored: number, operator: ComparisonOperator, value: number): boolean {
  switch (operator) {
    case 'eq': case 'co': case 'sw': return stored === value
    case 'lt': return stored < value
    case 'le': return stored <= value
    case 'gt': return stored > value
    case 'ge': return stored >= value
  }
}

/** Whether there is an array along `pointer`, which the predicate has to look into. */
function throughArray (pointer: JsonPointer, dialect: SqlDialect): Sql {
  return anyOf(pointer.map((_, index) => dialect.isKind(pointer.slice(0, index + 1), ['array'])))
}
