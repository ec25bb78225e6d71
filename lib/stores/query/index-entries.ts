import { comparablesAt, compareComparables, nothingComparable } from '../../crest/comparable.ts'
import type { Comparable, ComparedDocument } from '../../crest/comparable.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import { toSortValue } from '../../crest/sort-order.ts'

/** What an entry of an index is there for. */
export const parts: { readonly only: 0, readonly sorted: 1, readonly compared: 2 } =
  Object.freeze({ only: 0, sorted: 1, compared: 2 } as const)

/** One place of a document in an ordered index. */
export interface IndexEntry extends Comparable {
  /**
   * `only`: the one value of the document, which sorts it and is compared. `sorted`: what sorts a document with no
   * value or several. `compared`: one of several values. So whoever sorts skips `compared`, and meets every document
   * once; whoever compares skips `sorted`.
   */
  readonly part: (typeof parts)[keyof typeof parts]
}

/**
 * The entries of a document in the index of `pointer`, at least one. A string that sort keys cut short is there twice:
 * short to sort, whole to compare.
 */
export function indexEntries (document: ComparedDocument, pointer: JsonPointer): readonly IndexEntry[] {
  const found = comparablesAt(document, pointer)
  // Nearly all documents have one value, or none: nothing is to be sorted then.
  if (found.length < 2) return entriesOfOne(found[0])
  const values = [...found].sort(compareComparables)
  const different = values.filter((value, index) => index === 0 || compareComparables(value, values[index - 1] as Comparable) !== 0)
  const sorted = toSortValue(different[0] ?? nothingComparable)
  const [only, ...others] = different
  if (only !== undefined && others.length === 0 && only.value === sorted.value) return [{ ...only, part: parts.only }]
  return [{ ...sorted, part: parts.sorted }, ...different.map((value) => ({ ...value, part: parts.compared }))]
}

function entriesOfOne (value: Comparable | undefined): readonly IndexEntry[] {
  if (value === undefined) return none
  const { rank } = value
  const sorted = toSortValue(value)
  if (sorted.value === value.value) return [{ rank, value: value.value, part: parts.only }]
  return [{ rank, value: sorted.value, part: parts.sorted }, { rank, value: value.value, part: parts.compared }]
}

const none: readonly IndexEntry[] = Object.freeze([Object.freeze({ ...nothingComparable, part: parts.sorted })])
