import fc from 'fast-check'
import { formatJsonPointer } from '../../lib/crest/json-pointer.ts'
import type { FilterValue, QueryFilter } from '../../lib/crest/query-filter.ts'
import type { SortKey } from '../../lib/crest/sort-keys.ts'
import { comparePositions, sortPosition } from '../../lib/crest/sort-order.ts'
import type { SortPosition } from '../../lib/crest/sort-order.ts'
import { queryPredicate } from '../../lib/crest/query-predicate.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { StoreQuery, StoredDocument } from '../../lib/stores/store.ts'
import { arbitraryFilter } from '../crest/query-filter-arbitrary.ts'

// Longer than what sort keys compare, with beginnings that are equal, or cut in the midst of a surrogate pair.
const long = 'Lang '.repeat(64)
const longTexts = [long, `${long}a`, `${long}B`, long.toUpperCase(), `${'y'.repeat(255)}😀`, `${'y'.repeat(255)}😁z`, 'y'.repeat(256)]
const texts = ['', 'a', 'A', 'ab', 'Abc', 'b', 'ß', 'ẞ', 'ss', 'STRASSE', 'straße', 'İ', 'i', 'I', 'ı', 'ſ', 's', '\u212a', 'k', 'Σ', 'ς', 'σα', 'ΣΑ', 'é', 'e\u0301',
  '\ud7ff', '\ue000', '\uffee', '\u{10000}', '😀', '😁', '\u{10ffff}', 'a\u{10ffff}', '10', '9', 'true', '%', '_', '*', "'", '"', '\\', '\n']
const numbers = [0, -0, 1, -1, 1.5, 9, 10, 5e-324, -5e-324, 1.79e308, -1.79e308, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53) + 1, -(2 ** 53), -(2 ** 53) - 2,
  2 ** 60, 2 ** 63, -(2 ** 63), 1e21, 0.1 + 0.2, 0.3, 1e-7]
const text = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'A', 'b', 'ab') }, { weight: 4, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: fc.constantFrom(...longTexts) })
const number = fc.oneof(fc.constantFrom(1, 2, 3), fc.constantFrom(...numbers))
const scalar: fc.Arbitrary<FilterValue> = fc.oneof({ weight: 4, arbitrary: text }, { weight: 4, arbitrary: number }, { weight: 1, arbitrary: fc.boolean() })

/** How many documents have a revision that filters name: the text `rev 0` stands for that of the first one. */
const namedRevisions = 3
const oddName = 'ö /~%"'
const name = fc.constantFrom('a', 'b', '0', oddName)
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, { weight: 5, arbitrary: scalar as fc.Arbitrary<JsonValue> }, fc.constant(null), fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }))
}))

/** Content of documents: members of any kind, and such as most collections have. */
export const anyContent: fc.Arbitrary<JsonObject> = fc.record({
  a: value, b: value, [oddName]: scalar, number, text, tags: fc.array(scalar, { maxLength: 4 }), parts: fc.array(fc.record({ x: scalar }, { requiredKeys: [] }), { maxLength: 3 })
}, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>

/** Ids, of which some are the same but for their case. */
export const anyId: fc.Arbitrary<string> = fc.constantFrom(
  'a', 'A', 'b', 'B', 'ß', 'SS', 'ẞ', 'ss', 'İ', 'ı', 'i', 'I', 'k', 'K', '\u212a', 'ς', 'Σ', '10', '9', '', 'é', 'É', '\ue000', '😀', '__proto__', 'x'.repeat(255))

/** Pointers without `_rev`, into all that {@link anyContent} has. */
export const pointers: ReadonlyArray<readonly string[]> = [
  ['number'], ['text'], ['tags'], ['parts', 'x'], ['parts', '0', 'x'], ['a'], ['b'], ['a', 'b'], ['a', '0'], ['b', 'a', 'b'], ['b', oddName], [oddName],
  ['_id'], ['_id', 'x'], ['missing'], ['a', '-'], []]
const anyPointer = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(['number'], ['text'], ['tags'], ['_id']) }, { weight: 3, arbitrary: fc.constantFrom(...pointers) })
const anyPointerOrRevision = fc.oneof({ weight: 9, arbitrary: anyPointer }, { weight: 1, arbitrary: fc.constant(['_rev']) })

/** Declarations of some indexes. */
export const anyIndexes: fc.Arbitrary<readonly string[]> = fc.subarray([...pointers, ['_rev']].map(formatJsonPointer))

/** Filters that do not look at revisions. */
export const anyFilter: fc.Arbitrary<QueryFilter> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<QueryFilter>({ kind: 'literal', value: true }) }, { weight: 5, arbitrary: arbitraryFilter({ field: anyPointer, value: scalar }) })

/** Sort keys that do not look at revisions. */
export const anySortKeys: fc.Arbitrary<readonly SortKey[]> = fc.array(fc.record({ pointer: anyPointer, descending: fc.boolean() }), { maxLength: 3 })

/** Some documents out of all, by their ids or by what they have as a member: `share` of five, no matter which. */
export interface Acceptance {
  readonly member: string | undefined
  readonly salt: number
  readonly share: number
}

/** From none to all of the documents. */
export const anyAcceptance: fc.Arbitrary<Acceptance> = fc.record({
  member: fc.constantFrom(undefined, 'a', 'number', 'tags'), salt: fc.nat(99), share: fc.constantFrom(0, 1, 2, 3, 3, 4, 4, 5)
}, { noNullPrototype: true })

/** What accepts the documents of an acceptance. */
export function acceptsOf ({ member, salt, share }: Acceptance): (document: StoredDocument) => boolean {
  return ({ id, content }) => hash(`${salt} ${member === undefined ? id : JSON.stringify(content[member])}`) % 5 < share
}

// FNV-1a
function hash (text: string): number {
  let sum = 0x811c9dc5
  for (const character of text) sum = Math.imul(sum ^ (character.codePointAt(0) as number), 0x01000193)
  return sum >>> 0
}

/** A query before the documents are known: `rev 0` stands for the revision of one, a number for the position of one. */
export type QuerySample = Omit<StoreQuery, 'after' | 'accepts'> & { readonly after: number | SortPosition | undefined, readonly accepts?: Acceptance | undefined }

const comparable = fc.oneof(
  number.map((value) => ({ rank: 2, value: value + 0 } as const)), fc.constantFrom('', 'a', 'ab', 'ss', '\ue000', '😀').map((value) => ({ rank: 3, value } as const)),
  fc.nat(1).map((value) => ({ rank: 1, value } as const)), fc.constant({ rank: 4, value: 0 } as const))

const anyRevision = fc.nat(namedRevisions - 1).map((n) => `rev ${n}`)
const anyPage = {
  after: fc.oneof(fc.constant(undefined), fc.nat(30), fc.record({ values: fc.array(comparable, { minLength: 3, maxLength: 3 }), id: anyId })),
  offset: fc.constantFrom(0, 0, 1, 5),
  limit: fc.constantFrom(0, 1, 2, 5, 30, Infinity),
  count: fc.boolean(),
  accepts: fc.option(anyAcceptance, { freq: 1, nil: undefined })
}

/** Queries that filter by one pointer, perhaps by more, and perhaps sort by it. */
const focusedQuery: fc.Arbitrary<QuerySample> = anyPointer.chain((pointer) => fc.record({
  filter: fc.tuple(arbitraryFilter({ field: fc.constant(pointer), value: scalar }), fc.option(anyFilter, { nil: undefined })).map<QueryFilter>(([focus, other]) =>
    other === undefined ? focus : { kind: 'and', operands: [focus, other] }),
  sortKeys: fc.array(fc.record({ pointer: fc.constant(pointer), descending: fc.boolean() }), { maxLength: 1 }),
  ...anyPage
}, { noNullPrototype: true }))

const looseQuery: fc.Arbitrary<QuerySample> = fc.record({
  filter: fc.oneof({ weight: 6, arbitrary: anyFilter }, { weight: 1, arbitrary: arbitraryFilter({ field: anyPointerOrRevision, value: fc.oneof(anyRevision, scalar) }) }),
  sortKeys: fc.array(fc.record({ pointer: anyPointerOrRevision, descending: fc.boolean() }), { maxLength: 3 }),
  ...anyPage
}, { noNullPrototype: true })

/** Queries over {@link anyContent}. */
export const anyQuery: fc.Arbitrary<QuerySample> = fc.oneof(focusedQuery, looseQuery)

/** The query that a sample becomes for these documents. */
export function fillQuery ({ after, limit = Infinity, accepts, ...sample }: QuerySample, documents: readonly StoredDocument[]): StoreQuery {
  const revisions = new Map(documents.slice(0, namedRevisions).map(({ revision }, n) => [`rev ${n}`, revision]))
  const filter = JSON.parse(JSON.stringify(sample.filter), (_, value) => revisions.get(value) ?? value) as QueryFilter
  const last = typeof after === 'number' ? documents[after] : undefined
  const position = last === undefined ? after : sortPosition(last, sample.sortKeys)
  return {
    ...sample,
    filter,
    ...(typeof position === 'object' ? { after: position } : {}),
    ...(limit === Infinity ? {} : { limit }),
    ...(accepts === undefined ? {} : { accepts: acceptsOf(accepts) })
  }
}

/** What a query finds among all live documents, by looking at all of them, first by the filter. */
export function answerPlainly ({ filter, sortKeys, accepts = () => true, after, offset = 0, limit = Infinity, count = false }: StoreQuery, documents: readonly StoredDocument[]): { documents: readonly StoredDocument[], total: number | undefined } {
  const matching = documents.filter(queryPredicate(filter)).filter(accepts).map((document) => ({ document, position: sortPosition(document, sortKeys) }))
  matching.sort((a, b) => comparePositions(sortKeys, a.position, b.position))
  const behind = matching.filter(({ position }) => after === undefined || comparePositions(sortKeys, position, after) > 0)
  return { documents: behind.slice(offset, offset + limit).map(({ document }) => document), total: count ? matching.length : undefined }
}
