import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { memoryStore } from '../../lib/stores/memory.ts'
import type { CollectionRules, Store, StoreCollection, StoreQuery, StoreQueryResult } from '../../lib/stores/store.ts'

type Change = (collection: StoreCollection, rules: CollectionRules, path: string, store: Store) => Partial<StoreCollection>

/** Makes stores in memory whose collections have other methods. */
export function changed (change: Change): () => Store {
  return () => {
    const store = memoryStore()
    const open = store.collection.bind(store)
    return Object.assign(store, {
      collection (path: string, rules: CollectionRules): StoreCollection {
        const collection = open(path, rules)
        return { ...collection, ...change(collection, rules, path, { ...store, collection: open }) }
      }
    })
  }
}

/** Stores that keep other rules than those declared. */
export function underRules (change: (rules: CollectionRules) => Partial<CollectionRules>): () => Store {
  return () => {
    const store = memoryStore()
    const open = store.collection.bind(store)
    return Object.assign(store, { collection: (path: string, rules: CollectionRules) => open(path, { ...rules, ...change(rules) }) })
  }
}

/** Stores that are asked something else. */
export function asked (change: (request: StoreQuery) => StoreQuery): () => Store {
  return changed((collection) => ({ query: (request) => collection.query(change(request)) }))
}

/** Stores that answer something else. */
export function answered (change: (result: StoreQueryResult, request: StoreQuery) => StoreQueryResult): () => Store {
  return changed((collection) => ({ query: async (request) => change(await collection.query(request), request) }))
}

/** A query that lacks a member. */
export function without<Key extends keyof StoreQuery> (request: StoreQuery, key: Key): StoreQuery {
  const { [key]: _, ...rest } = request
  return rest as StoreQuery
}

/** The revision that an id has now. */
export async function revisionOf (collection: StoreCollection, id: string): Promise<string> {
  const slot = await collection.read(id)
  return slot.kind === 'document' ? slot.document.revision : 'none'
}

/** Stores that do not keep content exactly, but with each value changed. */
export function keeping (spoil: (value: JsonValue | undefined) => JsonValue | undefined): () => Store {
  const all = (content: JsonObject): JsonObject => JSON.parse(JSON.stringify(content, (_, value) => spoil(value))) as JsonObject
  return changed((collection) => ({
    insert: (id, content) => collection.insert(id, all(content)),
    replace: (id, revision, content) => collection.replace(id, revision, all(content))
  }))
}

/** Stores that take an id for another. */
export function renamed (rename: (id: string) => string): () => Store {
  return changed((collection) => ({
    read: (id) => collection.read(rename(id)),
    insert: (id, content) => collection.insert(rename(id), content),
    replace: (id, revision, content) => collection.replace(rename(id), revision, content),
    remove: (id, revision) => collection.remove(rename(id), revision)
  }))
}
