import { remember } from '../remember.ts'

/** One parameter of a query string, in the order sent. */
export interface RawParameter {
  /** Decoded; the raw text where it cannot be decoded. */
  readonly name: string
  /** Decoded, the empty string where there is no `=`; the raw text where it cannot be decoded. */
  readonly value: string
  /** Whether both name and value are percent-encoded UTF-8. */
  readonly decodable: boolean
}

/** The parameters of a request by kind. */
export interface GroupedParameters {
  /** Names that begin with `_`, in lower case, as they match ignoring case: their parameters in the order sent. */
  readonly reserved: ReadonlyMap<string, readonly RawParameter[]>
  /** All others, names as sent, without a prototype: the value, or the list of values if there are several. */
  readonly others: Readonly<Record<string, string | readonly string[]>>
  /** How many parameters there are, those of one name counted apart. */
  readonly count: number
}

/**
 * The parameters of a raw query string, the text after `?`, possibly empty: split on `&` and on the first `=`, `+` is a
 * space, percent-decoded as UTF-8. Parameters without a name are dropped; no `=` is the empty value. Never throws: what
 * cannot be decoded is marked. (Common REST, query-string parsing.)
 *
 * @example
 * parseQueryString('_fields=a%2Fb&x') // [{ name: '_fields', value: 'a/b', … }, { name: 'x', value: '', … }]
 */
export function parseQueryString (query: string): readonly RawParameter[] {
  const parameters: RawParameter[] = []
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    const rawName = equals < 0 ? part : part.slice(0, equals)
    if (rawName === '') continue
    const rawValue = equals < 0 ? '' : part.slice(equals + 1)
    const name = decode(rawName)
    const value = decode(rawValue)
    parameters.push({
      name: name ?? rawName,
      value: value ?? rawValue,
      decodable: name !== undefined && value !== undefined
    })
  }
  return parameters
}

/**
 * The parameters by kind: reserved are those whose name begins with `_` (Common REST, the reserved-underscore rule).
 * Nothing is validated: an undecodable reserved parameter is for the caller to refuse.
 */
export function groupParameters (raw: readonly RawParameter[]): GroupedParameters {
  const reserved = new Map<string, RawParameter[]>()
  const lists = new Map<string, string[]>()
  for (const parameter of raw) {
    const { name, value } = parameter
    if (name.startsWith('_')) append(reserved, name.toLowerCase(), parameter)
    else append(lists, name, value)
  }
  // No prototype: a parameter named `__proto__` or `constructor` is a parameter like any other.
  const others: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, values] of lists) {
    const [only, second] = values
    others[name] = only !== undefined && second === undefined ? only : values
  }
  return { reserved, others, count: raw.length }
}

/**
 * The parameters of a raw query string by kind. What clients send again and again is read once; the result is shared, and
 * its `others`, which handlers see, frozen.
 */
export function readParameters (query: string): GroupedParameters {
  return query === '' ? noParameters : readAgain(query)
}

const noParameters = read('')

const readAgain = remember(read)

function read (query: string): GroupedParameters {
  const grouped = groupParameters(parseQueryString(query))
  for (const value of Object.values(grouped.others)) Object.freeze(value)
  Object.freeze(grouped.others)
  return grouped
}

function append<Item> (lists: Map<string, Item[]>, name: string, item: Item): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}

function decode (raw: string): string | undefined {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
