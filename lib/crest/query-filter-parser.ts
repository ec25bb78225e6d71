import { BadRequest, NotImplemented } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { FilterLimits } from '../limits.ts'
import { excerpt, textProblem } from './json-content.ts'
import { isJsonArray } from './json-equal.ts'
import { parseJsonPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { comparisonOperators } from './query-filter.ts'
import type { ComparisonOperator, FilterValue, QueryFilter } from './query-filter.ts'

// Columns are 1-based and count UTF-16 units. A string has its value without quotes and escapes.
interface Token {
  readonly kind: 'word' | 'string' | '(' | ')' | '!' | 'end'
  readonly text: string
  readonly column: number
}

interface Parser {
  readonly tokens: readonly Token[]
  readonly limits: FilterLimits
  next: number
  depth: number
  /** The deepest that parentheses have enclosed one another. */
  deepest: number
  clauses: number
  // Judged last: a syntax error anywhere comes first.
  unoffered: Token | undefined
}

const delimiter = /[\t\n\v\f\r ()]/
const escapes: Readonly<Record<string, string>> = Object.freeze({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' })
const numeric = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const operatorName = /^[A-Za-z0-9_.]+$/

/** A filter beyond its limits. */
export class FilterTooLarge extends BadRequest {
  constructor (message: string) {
    super(message)
    this.name = BadRequest.name
  }
}

/** The syntax tree of a filter, and what limits may be about. */
export interface MeasuredFilter {
  readonly filter: QueryFilter
  /** How many parentheses enclose one another. */
  readonly depth: number
  readonly clauses: number
}

/**
 * The syntax tree of a `_queryFilter`, decoded from the URL. Takes linear time and bounded stack.
 * Throws `BadRequest` for a syntax error, whose message has the 1-based column, what was expected and what is there, and
 * beyond the default limits of filters; `NotImplemented` for an operator that is not offered in a filter that is otherwise well-formed. (Common REST, query filters.)
 *
 * @example
 * parseQueryFilter('name/last sw "Sm" and !(age lt 30)')
 */
export function parseQueryFilter (text: string): QueryFilter {
  return measureQueryFilter(text, defaultLimits).filter
}

/** As {@link parseQueryFilter}, within other limits. */
export function measureQueryFilter (text: string, limits: FilterLimits): MeasuredFilter {
  if (text.length > limits.filterLength) throw new FilterTooLarge(`The filter is longer than ${limits.filterLength} characters`)
  const parser: Parser = { tokens: tokenize(text), limits, next: 0, depth: 0, deepest: 0, clauses: 0, unoffered: undefined }
  const filter = parseList(parser, 'or')
  const rest = take(parser)
  if (rest.kind !== 'end') throw unexpected(rest, 'and, or, or the end')
  const { unoffered } = parser
  if (unoffered !== undefined) {
    throw new NotImplemented(`The filter operator "${excerpt(unoffered.text)}" at column ${unoffered.column} is not offered`)
  }
  return { filter, depth: parser.deepest, clauses: parser.clauses }
}

function parseList (parser: Parser, kind: 'or' | 'and'): QueryFilter {
  const operand = (): QueryFilter => kind === 'or' ? parseList(parser, 'and') : parseNegation(parser)
  const first = operand()
  const operands = [first]
  while (isKeyword(peek(parser), kind)) {
    take(parser)
    operands.push(operand())
  }
  return operands.length === 1 ? first : { kind, operands }
}

function parseNegation (parser: Parser): QueryFilter {
  // Two in a row cancel out, which keeps a long run of them from making a deep tree.
  let negated = false
  for (; peek(parser).kind === '!'; negated = !negated) take(parser)
  const operand = parsePrimary(parser)
  return negated ? { kind: 'not', operand } : operand
}

function parsePrimary (parser: Parser): QueryFilter {
  const token = take(parser)
  if (token.kind === '(') return parseGroup(parser, token)
  if (token.kind !== 'word') throw unexpected(token, 'a field, true, false, "!" or "("')
  parser.clauses += 1
  const { filterClauses } = parser.limits
  if (parser.clauses > filterClauses) throw new FilterTooLarge(fault(token, `the filter has more than ${filterClauses} clauses`).message)
  if (isKeyword(token, 'true') || isKeyword(token, 'false')) return { kind: 'literal', value: isKeyword(token, 'true') }
  const field = parseJsonPointer(token.text)
  if (field === undefined) throw unexpected(token, 'a legal JSON pointer as field')
  return parseComparison(parser, field)
}

function parseGroup (parser: Parser, open: Token): QueryFilter {
  parser.depth += 1
  parser.deepest = Math.max(parser.deepest, parser.depth)
  const { filterDepth } = parser.limits
  if (parser.depth > filterDepth) throw new FilterTooLarge(fault(open, `parentheses are nested deeper than ${filterDepth}`).message)
  const filter = parseList(parser, 'or')
  const close = take(parser)
  if (close.kind !== ')') throw unexpected(close, 'and, or, or ")"')
  parser.depth -= 1
  return filter
}

function parseComparison (parser: Parser, field: JsonPointer): QueryFilter {
  const operator = take(parser)
  // `and` and `or` are left out of the names: after a field alone, the operator is what was forgotten.
  if (operator.kind !== 'word' || !operatorName.test(operator.text) || isKeyword(operator, 'and') || isKeyword(operator, 'or')) {
    throw unexpected(operator, 'an operator')
  }
  if (isKeyword(operator, 'pr')) return { kind: 'present', field }
  const token = take(parser)
  const value = parseValue(token)
  if (isKeyword(operator, 'in')) return { kind: 'in', field, values: parseValues(token, value) }
  const name = operator.text.toLowerCase()
  if (!isComparison(name)) {
    parser.unoffered ??= operator
    return { kind: 'literal', value: false }
  }
  return { kind: 'compare', operator: name, field, value }
}

function parseValue (token: Token): FilterValue {
  if (token.kind === 'string') return token.text
  const expected = 'a string in quotes, a number, true or false'
  if (token.kind !== 'word') throw unexpected(token, expected)
  if (isKeyword(token, 'true') || isKeyword(token, 'false')) return isKeyword(token, 'true')
  const value = numeric.test(token.text) ? Number(token.text) : NaN
  if (!Number.isFinite(value)) throw unexpected(token, expected)
  return positiveZero(value)
}

function parseValues (token: Token, value: FilterValue): readonly FilterValue[] {
  const values = typeof value === 'string' ? parseJson(value) : undefined
  if (!isJsonArray(values) || !values.every(isFilterValue)) {
    throw unexpected(token, 'a string with a JSON array of strings, numbers and booleans')
  }
  return values.map((member) => typeof member === 'number' ? positiveZero(member) : member)
}

// -0 and 0 are the same number; one form of it can be printed and kept in indexes.
function positiveZero (value: number): number {
  return value + 0
}

function parseJson (text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isFilterValue (value: JsonValue): value is FilterValue {
  if (typeof value === 'string') return textProblem(value) === undefined
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

function isComparison (name: string): name is ComparisonOperator {
  return (comparisonOperators as readonly string[]).includes(name)
}

function isKeyword (token: Token, keyword: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === keyword
}

function peek ({ tokens, next }: Parser): Token {
  // The last token is the end, and nothing is taken after it.
  return tokens[next] as Token
}

function take (parser: Parser): Token {
  const token = peek(parser)
  parser.next += 1
  return token
}

function tokenize (text: string): readonly Token[] {
  const tokens: Token[] = []
  let position = 0
  while (position < text.length) {
    const character = text[position] as string
    const column = position + 1
    if (character === '(' || character === ')' || character === '!') {
      tokens.push({ kind: character, text: character, column })
      position += 1
    } else if (delimiter.test(character)) {
      position += 1
    } else if (character === '"' || character === "'") {
      const end = stringEnd(text, position)
      tokens.push({ kind: 'string', text: stringValue(text.slice(position + 1, end), column), column })
      position = end + 1
    } else {
      const start = position
      while (position < text.length && !delimiter.test(text[position] as string)) position += 1
      tokens.push({ kind: 'word', text: text.slice(start, position), column })
    }
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1 })
  return tokens
}

function stringEnd (text: string, start: number): number {
  let position = start + 1
  while (position < text.length && text[position] !== text[start]) position += text[position] === '\\' ? 2 : 1
  if (position < text.length) return position
  throw fault({ column: start + 1 }, `expected a closing ${text[start]}, found the end`)
}

// The escapes of JSON (RFC 8259 section 7); a backslash before anything else only goes away.
function stringValue (raw: string, column: number): string {
  const value = raw.replace(/\\(?:u([0-9A-Fa-f]{4})|([^]))/g, (_, hex?: string, character = '') =>
    hex === undefined ? escapes[character] ?? character : String.fromCharCode(Number.parseInt(hex, 16)))
  const problem = textProblem(value)
  if (problem !== undefined) throw fault({ column }, `the string ${problem}`)
  return value
}

function unexpected (token: Token, expected: string): BadRequest {
  const found = token.kind === 'end' ? 'the end' : token.kind === 'string' ? `the string "${excerpt(token.text)}"` : `"${excerpt(token.text)}"`
  return fault(token, `expected ${expected}, found ${found}`)
}

function fault ({ column }: Pick<Token, 'column'>, problem: string): BadRequest {
  return new BadRequest(`The filter is malformed at column ${column}: ${problem}`)
}
