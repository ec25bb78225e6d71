import type { JsonValue } from '../json.ts'
import { foldCase } from './case-folding.ts'
import { compareCodePoints } from './code-points.ts'
import { someValueAt } from './comparable.ts'
import type { ComparedDocument } from './comparable.ts'
import { isJsonArray } from './json-equal.ts'
import type { ComparisonOperator, FilterValue, QueryFilter } from './query-filter.ts'

/** Whether a document matches a filter. */
export type QueryPredicate = (document: ComparedDocument) => boolean

type ScalarTest = (value: JsonValue) => boolean

const compiled = new WeakMap<QueryFilter, QueryPredicate>()

/**
 * The predicate of a filter, compiled once for each syntax tree. Strings compare ignoring case and by code point; a
 * comparison matches a document where any value at the pointer, or any element of an array there, has the type of the
 * literal and compares so; what is missing or null matches none. (Common REST, filter evaluation; ruling R16.)
 *
 * @example
 * const isAdult = queryPredicate(parseQueryFilter('age ge 18'))
 * isAdult({ id: 'bjensen', revision: '1', content: { age: 30 } }) // true
 */
export function queryPredicate (filter: QueryFilter): QueryPredicate {
  let predicate = compiled.get(filter)
  if (predicate === undefined) {
    predicate = compile(filter)
    compiled.set(filter, predicate)
  }
  return predicate
}

function compile (filter: QueryFilter): QueryPredicate {
  switch (filter.kind) {
    case 'literal': return () => filter.value
    case 'present': return (document) => someValueAt(document, filter.field, (value) => value !== null)
    case 'compare': return compileTest(filter.field, scalarTest(filter.operator, filter.value))
    case 'in': return compileTest(filter.field, membershipTest(filter.values))
    case 'and': {
      const operands = filter.operands.map(compile)
      return (document) => operands.every((operand) => operand(document))
    }
    case 'or': {
      const operands = filter.operands.map(compile)
      return (document) => operands.some((operand) => operand(document))
    }
    case 'not': {
      const operand = compile(filter.operand)
      return (document) => !operand(document)
    }
  }
}

function compileTest (field: readonly string[], test: ScalarTest): QueryPredicate {
  const anyOf: ScalarTest = (value) => isJsonArray(value) ? value.some(test) : test(value)
  return (document) => someValueAt(document, field, anyOf)
}

/** On numbers and booleans `co` and `sw` mean `eq` (Common REST, filter operators). */
function scalarTest (operator: ComparisonOperator, literal: FilterValue): ScalarTest {
  if (typeof literal === 'string') return textTest(operator, foldCase(literal))
  const like = (value: JsonValue): value is FilterValue => typeof value === typeof literal
  switch (operator) {
    case 'eq': case 'co': case 'sw': return (value) => value === literal
    case 'lt': return (value) => like(value) && value < literal
    case 'le': return (value) => like(value) && value <= literal
    case 'gt': return (value) => like(value) && value > literal
    case 'ge': return (value) => like(value) && value >= literal
  }
}

function textTest (operator: ComparisonOperator, literal: string): ScalarTest {
  const test = textComparison(operator, literal)
  return (value) => typeof value === 'string' && test(foldCase(value))
}

function textComparison (operator: ComparisonOperator, literal: string): (text: string) => boolean {
  switch (operator) {
    case 'eq': return (text) => text === literal
    case 'co': return (text) => text.includes(literal)
    case 'sw': return (text) => text.startsWith(literal)
    case 'lt': return (text) => compareCodePoints(text, literal) < 0
    case 'le': return (text) => compareCodePoints(text, literal) <= 0
    case 'gt': return (text) => compareCodePoints(text, literal) > 0
    case 'ge': return (text) => compareCodePoints(text, literal) >= 0
  }
}

function membershipTest (values: readonly FilterValue[]): ScalarTest {
  const members = new Set(values.map((value) => typeof value === 'string' ? foldCase(value) : value))
  return (value) => members.has(typeof value === 'string' ? foldCase(value) : value as FilterValue)
}
