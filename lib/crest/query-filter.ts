import type { JsonPointer } from './json-pointer.ts'

/** The operators that compare a field with a literal, as every filter knows them (Common REST, query filter grammar). */
export const comparisonOperators: readonly ['eq', 'co', 'sw', 'lt', 'le', 'gt', 'ge'] =
  Object.freeze(['eq', 'co', 'sw', 'lt', 'le', 'gt', 'ge'] as const)

/** equal, contains, starts with, less than, at most, greater than, at least. */
export type ComparisonOperator = (typeof comparisonOperators)[number]

/** A literal: there is none for null, and dates are strings. */
export type FilterValue = string | number | boolean

/** `true` or `false`: every document or none. */
export interface LiteralFilter { readonly kind: 'literal', readonly value: boolean }

/** `field pr`: the field is present and not null. */
export interface PresentFilter { readonly kind: 'present', readonly field: JsonPointer }

/** `field eq "x"`: the field, or any element of it, compares so with the value. */
export interface CompareFilter {
  readonly kind: 'compare'
  readonly operator: ComparisonOperator
  readonly field: JsonPointer
  readonly value: FilterValue
}

/** `field in '["a","b"]'`: the field, or any element of it, equals one of the values. */
export interface InFilter { readonly kind: 'in', readonly field: JsonPointer, readonly values: readonly FilterValue[] }

/** `a and b and c`: all of at least two operands. */
export interface AndFilter { readonly kind: 'and', readonly operands: readonly QueryFilter[] }

/** `a or b or c`: any of at least two operands. */
export interface OrFilter { readonly kind: 'or', readonly operands: readonly QueryFilter[] }

/** `!a`: not the operand. The logic has two values: a comparison with a missing field is false, its negation true. */
export interface NotFilter { readonly kind: 'not', readonly operand: QueryFilter }

/** The syntax tree of a `_queryFilter`. Its depth is bounded by the parser, so that it may be walked by recursion. */
export type QueryFilter = LiteralFilter | PresentFilter | CompareFilter | InFilter | AndFilter | OrFilter | NotFilter

/** The fields that a filter looks at, in the order in which it names them. */
export function filterPointers (filter: QueryFilter): readonly JsonPointer[] {
  switch (filter.kind) {
    case 'literal': return []
    case 'present':
    case 'compare':
    case 'in': return [filter.field]
    case 'not': return filterPointers(filter.operand)
    case 'and':
    case 'or': return filter.operands.flatMap(filterPointers)
  }
}
