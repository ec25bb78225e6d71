import { BadRequest } from '../errors.ts'
import { printFilterValue } from './query-filter-printer.ts'

/**
 * Writes a query filter with values in it, each printed as a literal: whatever a value contains, it stays a value. For
 * the functions of `queries`, and for filters of in-process queries.
 *
 * @throws BadRequest for a value that is no text, finite number or boolean: a parameter that is missing or given twice
 * @example
 * const queries = { inRegion: ({ region }) => queryFilter`region eq ${region} and population ge 1000000` }
 */
export function queryFilter (texts: TemplateStringsArray, ...values: readonly unknown[]): string {
  return texts.reduce((filter, text, index) => `${filter}${printValue(values[index - 1], texts[index - 1] ?? '')}${text}`)
}

function printValue (value: unknown, before: string): string {
  if (typeof value === 'string' || typeof value === 'boolean') return printFilterValue(value)
  if (typeof value === 'number' && Number.isFinite(value)) return printFilterValue(value)
  const problem = value === undefined ? 'is missing' : Array.isArray(value) ? 'is given more than once' : 'is no text, number or boolean'
  // The name of the parameter is known to the function only, what it is compared with to everybody who reads the documents.
  throw new BadRequest(`The query needs a parameter that ${problem}: that of "${before.trim().split(/\s+/).slice(-2).join(' ')}"`)
}
