import { LRUCache } from 'lru-cache'
import { formatJsonPointer, parseJsonPointer } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
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
