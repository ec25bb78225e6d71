import type {
  CollectionRules, Slot, Store, StoreCollection, StoreQuery, StoreQueryResult, WriteOutcome
} from '../../lib/stores/store.ts'
import type { Awaitable, JsonObject } from '../../lib/json.ts'

/** Counts what is asked of a collection; finds the collection anew at each call, because the store may have been reset. */
class CountedCollection implements StoreCollection {
  readonly #store: CountingStore
  readonly #path: string
  readonly #rules: CollectionRules

  constructor (store: CountingStore, path: string, rules: CollectionRules) {
    this.#store = store
    this.#path = path
    this.#rules = rules
  }

  get #collection (): StoreCollection {
    this.#store.calls++
    return this.#store.inner.collection(this.#path, this.#rules)
  }

  async #write (outcome: Awaitable<WriteOutcome>): Promise<WriteOutcome> {
    const settled = await outcome
    if (settled.kind === 'written') this.#store.writes++
    return settled
  }

  read (id: string): Awaitable<Slot> { return this.#collection.read(id) }

  insert (id: string, content: JsonObject): Promise<WriteOutcome> {
    return this.#write(this.#collection.insert(id, content))
  }

  replace (id: string, revision: string, content: JsonObject): Promise<WriteOutcome> {
    return this.#write(this.#collection.replace(id, revision, content))
  }

  remove (id: string, revision: string): Promise<WriteOutcome> { return this.#write(this.#collection.remove(id, revision)) }

  query (request: StoreQuery): Awaitable<StoreQueryResult> { return this.#collection.query(request) }

  purge (): Awaitable<number> { return this.#collection.purge() }
}

/** A store that counts its calls and successful writes, and that can be emptied between two requests. */
export class CountingStore implements Store {
  readonly #make: () => Store
  #inner: Store
  #attached = 0
  /** Calls of any method of a collection since the last reset of the counter. */
  calls = 0
  /** Writes that changed something since the store was emptied. */
  writes = 0

  constructor (make: () => Store) {
    this.#make = make
    this.#inner = make()
  }

  /** The store itself, whose use is not counted. */
  get inner (): Store { return this.#inner }

  /** Starts over with an empty store. */
  async empty (): Promise<void> {
    const former = this.#inner
    this.#inner = this.#make()
    for (let app = 0; app < this.#attached; app++) {
      this.#inner.attach()
      await former.detach()
    }
    this.calls = 0
    this.writes = 0
  }

  collection (path: string, rules: CollectionRules): StoreCollection { return new CountedCollection(this, path, rules) }

  collections (): Awaitable<readonly string[]> { return this.#inner.collections() }

  secret (): Awaitable<string> { return this.#inner.secret() }

  attach (): void {
    this.#attached++
    this.#inner.attach()
  }

  detach (): Awaitable<void> {
    this.#attached--
    return this.#inner.detach()
  }
}
