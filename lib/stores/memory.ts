import { randomBytes } from 'node:crypto'
import { compareCodePoints } from '../crest/code-points.ts'
import { MemoryDocuments } from './memory/memory-documents.ts'
import { MemoryRecords } from './memory/memory-records.ts'
import { plantSeeds } from './memory/memory-seeds.ts'
import type { Seeds } from './memory/memory-seeds.ts'
import type { CollectionRules, Store, StoreCollection, WriteOutcome } from './store.ts'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * What the store holds from the start, by full path: a list of documents, each its content with `_id` and
   * perhaps `_rev` (default a random one), or one object for a singleton. Default nothing. Read when the
   * collection is opened, under its rules: a seed without `_id`, with an id that is taken, with a `_rev` that is
   * no entity tag, or that breaks a unique constraint or the `expires` rule fails there, by path and id.
   */
  readonly documents?: Readonly<Record<string, Seeds>>
}

/**
 * A store that keeps everything in the memory of this process, documents as JSON texts outside the heap of V8: they do
 * not slow its garbage collection, and `--max-old-space-size` does not count them. All its methods answer synchronously, but for a query
 * that takes long: it lets others have their turn, and sees the collection as it was when it began.
 *
 * @example
 * const store = memoryStore({ documents: { '/users': [{ _id: 'bjensen', mail: 'bjensen@example.com' }] } })
 * await app.register(commonRest, { store })
 */
export function memoryStore (options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options)
}

class MemoryStore implements Store {
  readonly #seeds: Map<string, Seeds>
  /** Only collections that hold anything: paths with parameters would otherwise pile up. */
  readonly #held = new Map<string, MemoryDocuments>()
  readonly #records = new MemoryRecords()
  #secret: string | undefined

  constructor ({ documents = {} }: MemoryStoreOptions) {
    this.#seeds = new Map(Object.entries(documents).filter(([, seeds]) => !(Array.isArray(seeds) && seeds.length === 0)))
  }

  collection (path: string, rules: CollectionRules): StoreCollection {
    // Seeds that cannot be planted, and documents that break new rules, fail here rather than at the first request.
    this.#open(path, rules)
    const write = (change: (documents: MemoryDocuments) => WriteOutcome): WriteOutcome => {
      const documents = this.#open(path, rules)
      const wasEmpty = documents.empty
      const outcome = change(documents)
      if (wasEmpty !== documents.empty) this.#keep(path, documents)
      return outcome
    }
    return {
      read: (id) => this.#open(path, rules).read(id),
      insert: (id, content, json) => write((documents) => documents.insert(id, content, json)),
      replace: (id, revision, content, json) => write((documents) => documents.replace(id, revision, content, json)),
      remove: (id, revision) => write((documents) => documents.remove(id, revision)),
      query: (request) => this.#open(path, rules).query(request),
      purge: () => {
        const documents = this.#open(path, rules)
        const touched = documents.purge()
        this.#keep(path, documents)
        return touched
      }
    }
  }

  collections (): readonly string[] {
    return [...this.#held.keys(), ...this.#seeds.keys()].sort(compareCodePoints)
  }

  secret (): string {
    this.#secret ??= randomBytes(32).toString('base64url')
    return this.#secret
  }

  attach (): void {}

  detach (): void {}

  #open (path: string, rules: CollectionRules): MemoryDocuments {
    const held = this.#held.get(path)
    if (held !== undefined) {
      held.follow(rules)
      return held
    }
    const documents = new MemoryDocuments(path, rules, this.#records)
    const seeds = this.#seeds.get(path)
    if (seeds !== undefined) {
      plantSeeds(documents, path, seeds)
      this.#seeds.delete(path)
      this.#keep(path, documents)
    }
    return documents
  }

  #keep (path: string, documents: MemoryDocuments): void {
    if (documents.empty) this.#held.delete(path)
    else this.#held.set(path, documents)
  }
}
