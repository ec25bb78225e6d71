import sortedBTree from 'sorted-btree'
import type { default as BTreeClass } from 'sorted-btree'

// The package is CommonJS: its default export is a member of what Node imports as the default.
const { default: BTree } = sortedBTree

/** A map in the order of its keys. `clone()` costs next to nothing: both share what neither changes later. */
export type OrderedMap<Key, Value> = BTreeClass.default<Key, Value>

/** An empty map whose keys are in the order of `compare`. */
export function createOrderedMap<Key, Value> (compare: (a: Key, b: Key) => number): OrderedMap<Key, Value> {
  return new BTree<Key, Value>(undefined, compare)
}
