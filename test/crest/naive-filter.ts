import type { ComparedDocument } from '../../lib/crest/comparable.ts'
import type { CompareFilter, FilterValue, QueryFilter } from '../../lib/crest/query-filter.ts'

// The plainest reading of Common REST query filters, sharing nothing with lib/: the values at a pointer are listed, then looked at.

/** Whether a document matches a filter. */
export function naivelyMatches (document: ComparedDocument, filter: QueryFilter): boolean {
  switch (filter.kind) {
    case 'literal': return filter.value
    case 'present': return valuesAt(whole(document), filter.field).some((value) => value !== null)
    case 'compare': return scalarsAt(document, filter.field).some((scalar) => compares(scalar, filter))
    case 'in': return scalarsAt(document, filter.field).some((scalar) => filter.values.some((value) => compares(scalar, { operator: 'eq', value })))
    case 'and': return !filter.operands.some((operand) => !naivelyMatches(document, operand))
    case 'or': return filter.operands.some((operand) => naivelyMatches(document, operand))
    case 'not': return !naivelyMatches(document, filter.operand)
  }
}

/** The scalars that a comparison looks at. */
export function scalarsAt (document: ComparedDocument, pointer: readonly string[]): ReadonlyArray<string | number | boolean> {
  return valuesAt(whole(document), pointer).flatMap((value) => value)
    .filter((value): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value))
}

/** A text without its case, character by character. */
export function naivelyFolded (text: string): string {
  const each = (text: string, change: (character: string) => string): string => Array.from(text, change).join('')
  return each(each(each(text, (character) => character.toLowerCase()), (character) => character.toUpperCase()), (character) => character.toLowerCase())
}

/** Less than 0, 0 or more than 0 by the bytes of UTF-8. */
export function byBytes (a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function whole ({ id, revision, content }: ComparedDocument): unknown {
  return { ...content, _id: id, _rev: revision }
}

function valuesAt (value: unknown, [token, ...others]: readonly string[]): readonly unknown[] {
  if (token === undefined) return [value]
  if (Array.isArray(value)) {
    if (token === '-') return []
    if (String(Number.parseInt(token)) === token && !token.startsWith('-')) return Number(token) in value ? valuesAt(value[Number(token)], others) : []
    return value.filter((element) => !Array.isArray(element)).flatMap((element) => valuesAt(element, [token, ...others]))
  }
  if (typeof value !== 'object' || value === null) return []
  return new Map(Object.entries(value)).has(token) ? valuesAt(Object.entries(value).find(([name]) => name === token)?.[1], others) : []
}

function compares (scalar: string | number | boolean, { operator, value }: Pick<CompareFilter, 'operator' | 'value'>): boolean {
  if (typeof scalar !== typeof value) return false
  const difference = compareScalars(scalar, value)
  switch (operator) {
    case 'eq': return difference === 0
    case 'lt': return difference < 0
    case 'le': return difference <= 0
    case 'gt': return difference > 0
    case 'ge': return difference >= 0
    case 'sw': return typeof scalar === 'string' ? naivelyFolded(scalar).startsWith(naivelyFolded(String(value))) : difference === 0
    case 'co': return typeof scalar === 'string' ? naivelyFolded(scalar).includes(naivelyFolded(String(value))) : difference === 0
  }
}

/** Less than 0, 0 or more than 0: booleans before numbers before strings, strings without their case. */
export function compareScalars (a: FilterValue, b: FilterValue): number {
  const kinds = ['boolean', 'number', 'string']
  if (typeof a !== typeof b) return kinds.indexOf(typeof a) - kinds.indexOf(typeof b)
  return typeof a === 'string' ? byBytes(naivelyFolded(a), naivelyFolded(String(b))) : Number(a) - Number(b)
}
