import { LRUCache } from 'lru-cache'
import { formatJsonPointer, parseJsonPointer } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import { rulesSignature } from '../rules.ts'
import type { CollectionRules } from '../store.ts'

const tokens = new LRUCache<string, JsonPointer>({ max: 1000 })

/** The tokens of the JSON pointer of an index: what is declared was checked, and what is stored was declared. */
export function tokensOf (pointer: string): JsonPointer {
  const known = tokens.get(pointer) ?? parseJsonPointer(pointer) as JsonPointer
  tokens.set(pointer, known)
  return known
}

/** The indexes that rules declare, each once, as `formatJsonPointer` writes them. */
export function declaredIndexes ({ indexes }: CollectionRules): readonly string[] {
  return [...new Set(indexes.map((pointer) => formatJsonPointer(tokensOf(pointer))))]
}

/** Equal for declarations under which stores keep the same claims, expiries and indexes; asked at every call of a store. */
export function declarationSignature (rules: CollectionRules): string {
  let signature = signatures.get(rules)
  if (signature === undefined) {
    signature = JSON.stringify([rulesSignature(rules), declaredIndexes(rules)])
    signatures.set(rules, signature)
  }
  return signature
}

// The rules are one object for every collection of a resource.
const signatures = new WeakMap<CollectionRules, string>()
