import { formatJsonPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import type { FilterValue, QueryFilter } from './query-filter.ts'

/**
 * The canonical text of a filter: pointers with a leading slash, lower-case operators, strings in double quotes, every
 * conjunction and disjunction in parentheses. `parseQueryFilter` gives the same tree back, unless the canonical text is
 * longer or deeper than it takes. (Common REST, canonical printing of query filters.)
 *
 * @example
 * printQueryFilter(parseQueryFilter('! a pr or b EQ 1')) // '(!(/a pr) or /b eq 1)'
 */
export function printQueryFilter (filter: QueryFilter): string {
  switch (filter.kind) {
    case 'literal': return String(filter.value)
    case 'present': return `${printField(filter.field)} pr`
    case 'compare': return `${printField(filter.field)} ${filter.operator} ${printFilterValue(filter.value)}`
    case 'in': return `${printField(filter.field)} in ${printFilterValue(JSON.stringify(filter.values))}`
    case 'and': case 'or': return `(${filter.operands.map(printQueryFilter).join(` ${filter.kind} `)})`
    case 'not': return `!${printOperand(filter.operand)}`
  }
}

/** A literal as filters write it: strings in double quotes, with the escapes of JSON. */
export function printFilterValue (value: FilterValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function printOperand (operand: QueryFilter): string {
  const text = printQueryFilter(operand)
  return text.startsWith('(') ? text : `(${text})`
}

function printField (field: JsonPointer): string {
  // The root: an empty pointer would be no token. Parentheses are tokens of their own.
  return field.length === 0 ? '/' : formatJsonPointer(field).replaceAll('(', '%28').replaceAll(')', '%29')
}
