/** The bounds of what one request may ask for, in numbers; every resource has all of them, resolved when it is declared. */
export interface ResourceLimits {
  /**
   * How many containers may enclose one another in content, in the pointers of a patch and in its result; `[]` has depth 1.
   * Default 100, at most 500, as SQLite takes JSON of a thousand. Deeper is 400.
   */
  readonly jsonDepth: number
  /** How many members of objects and elements of arrays content may have, and the result of a patch, all together. Default 100,000. More is 400. */
  readonly jsonMembers: number
  /** The longest id, in bytes of UTF-8. Default 255, which is also the most that there is. Longer is 404 in a path, and 400 in `_id`. */
  readonly idLength: number
  /** The longest `_queryFilter`, in characters after URL decoding. Default 10,000, at most 50,000. Longer is 400. */
  readonly filterLength: number
  /** How many parentheses may enclose one another in a filter. Default 63, at most 200, as databases bound expressions. More is 400. */
  readonly filterDepth: number
  /** How many comparisons, presence tests and literals a filter may have. Default 1000, at most 5000. More is 400. */
  readonly filterClauses: number
  /** How many fields `_sortKeys` may name. Default 8, at most 64; every one makes comparing dearer and cookies longer. More is 400. */
  readonly sortKeys: number
  /** How many fields `_fields` may name. Default 200. More is 400. */
  readonly fields: number
  /** How many parameters a query string may have. Default 1000. More is 400. */
  readonly parameters: number
  /**
   * How many header fields a request may have, lines of one name counted apart. Default 100, at most 999: of more than 1000
   * Node drops the rest unseen, among which `If-Match` may be. More is 400, and the connection is closed.
   */
  readonly headerCount: number
  /** How many operations a patch may have. Default 1000. More is 400. */
  readonly patchOperations: number
  /**
   * How many elements of arrays one patch may compare, measure or increment, all operations together; a member of an object
   * counts as four, a value that is compared with many as the characters of its JSON text. Default 20,000,000, a second or
   * two. More is 400.
   */
  readonly patchComparisons: number
  /**
   * How large a patch may make a document, and how much it may copy on the way, each in characters of JSON text. Default
   * 16,777,216 (16 Mi). More is 400; a document that is larger already may only shrink.
   */
  readonly patchResultSize: number
  /** How many parts `multipart/form-data` may have. Default 1000. More is 400. */
  readonly parts: number
  /**
   * How long a request may take, in milliseconds from its head to its answer. Default 60,000. Then the answer is 503 with
   * `Retry-After`, or 400 where the content has not arrived by then; `signal` is aborted, nothing more is asked of the store
   * or provider, and what was asked before may still be done.
   */
  readonly requestTime: number
}

/** The bounds that hold where nobody sets others. */
export const defaultLimits: ResourceLimits = Object.freeze({
  jsonDepth: 100,
  jsonMembers: 100_000,
  idLength: 255,
  filterLength: 10_000,
  filterDepth: 63,
  filterClauses: 1000,
  sortKeys: 8,
  fields: 200,
  parameters: 1000,
  headerCount: 100,
  patchOperations: 1000,
  patchComparisons: 20_000_000,
  patchResultSize: 16 * 1024 * 1024,
  parts: 1000,
  requestTime: 60_000
})

/** The bounds of JSON values. */
export type JsonLimits = Pick<ResourceLimits, 'jsonDepth' | 'jsonMembers'>

/** The bounds of filters. */
export type FilterLimits = Pick<ResourceLimits, 'filterLength' | 'filterDepth' | 'filterClauses'>

/** The bounds of patches. */
export type PatchLimits = JsonLimits & Pick<ResourceLimits, 'patchOperations' | 'patchComparisons' | 'patchResultSize'>
