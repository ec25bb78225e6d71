/** A view of `map` that follows its changes and has no means to make any. */
export function readOnlyView<Key, Value> (map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> {
  const view: ReadonlyMap<Key, Value> = Object.freeze({
    get size () { return map.size },
    get: (key: Key) => map.get(key),
    has: (key: Key) => map.has(key),
    keys: () => map.keys(),
    values: () => map.values(),
    entries: () => map.entries(),
    forEach (call: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void, self?: unknown) {
      for (const [key, value] of map) call.call(self, value, key, view)
    },
    [Symbol.iterator]: () => map[Symbol.iterator]()
  })
  return view
}
