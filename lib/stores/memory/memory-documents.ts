import { expiryOf } from '../../crest/expiry.ts'
import type { ComparedDocument } from '../../crest/comparable.ts'
import { uniqueKeys } from '../../crest/unique.ts'
import type { UniqueKey } from '../../crest/unique.ts'
import type { Awaitable, JsonObject } from '../../json.ts'
import { randomId } from '../../random-id.ts'
import { HeldRecords } from './held-records.ts'
import { IdTable } from './id-table.ts'
import { MemoryIndexes } from './memory-indexes.ts'
import { queryMemory } from './memory-query.ts'
import { MemoryRecords } from './memory-records.ts'
import { expiryOfStored, rulesSignature, tombstoneEnd } from '../rules.ts'
import { CREST_ERR_STORE_UNIQUE } from '../store-errors.ts'
import type { CollectionRules, Slot, StoreQuery, StoreQueryResult, WriteOutcome } from '../store.ts'

/** No record. */
const none = 0

/** What one collection of `memoryStore` holds, under the rules that are in force. */
export class MemoryDocuments {
  readonly #path: string
  #rules: CollectionRules
  readonly #records: MemoryRecords
  readonly #numbers: IdTable
  readonly #held: HeldRecords
  readonly #indexes: MemoryIndexes
  /** Which id holds the values of a unique constraint. That document may have expired: then they are free. */
  #claims = new Map<string, string>()

  /**
   * @param records those of the store, of all its collections
   * @throws RangeError for an index whose pointer is none
   */
  constructor (path: string, rules: CollectionRules, records: MemoryRecords = new MemoryRecords()) {
    this.#path = path
    this.#rules = rules
    this.#records = records
    this.#numbers = new IdTable(records)
    this.#held = new HeldRecords(records)
    this.#indexes = new MemoryIndexes(records)
    this.#indexes.declare(rules.indexes)
  }

  /** Whether there is neither a document nor a tombstone. */
  get empty (): boolean { return this.#numbers.size === 0 }

  /** Puts `rules` in force; throws CREST_ERR_STORE_UNIQUE or RangeError, changing nothing, if they cannot be. */
  follow (rules: CollectionRules): void {
    if (rules === this.#rules) return
    if (rulesSignature(rules) !== rulesSignature(this.#rules)) this.#renew(rules)
    else if (!sameIndexes(rules, this.#rules)) this.#indexes.declare(rules.indexes)
    this.#rules = rules
  }

  read (id: string): Slot {
    const number = this.#numbers.get(id)
    if (number === none) return { kind: 'absent' }
    // Where nothing expires its record need not be looked at, which may be far.
    const known = this.#rules.expires === undefined ? this.#records.known(number) : undefined
    if (known !== undefined) return { kind: 'document', document: known }
    const until = this.#records.untilOf(number)
    const isOver = until !== Infinity && until <= Date.now()
    if (!this.#records.isDocument(number)) return { kind: isOver ? 'absent' : 'gone' }
    return isOver ? { kind: 'gone' } : { kind: 'document', document: this.#records.document(number) }
  }

  insert (id: string, content: JsonObject, json?: string, revision: string = randomId()): WriteOutcome {
    const now = Date.now()
    const text = json ?? JSON.stringify(content)
    const number = this.#numbers.get(id)
    if (number !== none) {
      if (this.#records.isLive(number, now)) return { kind: 'taken' }
      if (this.#records.isDocument(number) || this.#records.untilOf(number) > now) return { kind: 'gone' }
    }
    return this.#write({ id, revision, content: json === undefined ? JSON.parse(text) as JsonObject : content }, text, number, now)
  }

  replace (id: string, revision: string, content: JsonObject, json?: string): WriteOutcome {
    const now = Date.now()
    const text = json ?? JSON.stringify(content)
    const number = this.#liveNumber(id, now)
    if (number === none || !this.#records.hasRevision(number, revision)) return { kind: 'changed' }
    return this.#write({ id, revision: randomId(), content: json === undefined ? JSON.parse(text) as JsonObject : content }, text, number, now)
  }

  remove (id: string, revision: string): WriteOutcome {
    const now = Date.now()
    const number = this.#liveNumber(id, now)
    if (number === none || !this.#records.hasRevision(number, revision)) return { kind: 'changed' }
    const document = this.#records.document(number)
    this.#bury(number, id, now)
    return { kind: 'written', document }
  }

  query (request: StoreQuery): Awaitable<StoreQueryResult> {
    return queryMemory(this.#indexes, this.#held, request, this.#rules.expires !== undefined)
  }

  purge (): number {
    const now = Date.now()
    let touched = 0
    for (const number of this.#numbers.numbers()) {
      if (this.#records.untilOf(number) > now) continue
      const id = this.#records.idOf(number)
      if (this.#records.isDocument(number)) this.#bury(number, id, now)
      else this.#forget(number, id)
      touched++
    }
    return touched
  }

  /** The number of the document of an id that is not gone, {@link none} otherwise. */
  #liveNumber (id: string, now: number): number {
    const number = this.#numbers.getAgain(id)
    return number !== none && this.#records.isLive(number, now) ? number : none
  }

  #write (document: ComparedDocument, text: string, number: number, now: number): WriteOutcome {
    const { id, revision, content } = document
    const { expires, unique } = this.#rules
    const until = (expires === undefined ? undefined : expiryOf(expires, content)) ?? Infinity
    const claimed = unique.length === 0 ? noClaims : uniqueKeys(unique, content)
    for (const key of claimed) {
      const holder = this.#claims.get(claim(key))
      if (holder !== undefined && holder !== id && this.#liveNumber(holder, now) !== none) return { kind: 'clash', pointers: key.pointers }
    }
    const replaces = number !== none && this.#records.isDocument(number)
    const former = replaces ? this.#records.keys[number] : undefined
    let keys = this.#indexes.keysOf(document, former)
    // What an index keeps is an id of its own: that of the request would keep all the path that it is a part of.
    if (replaces && keys !== former) keys = this.#indexes.keysOf({ ...document, id: this.#records.idOf(number) }, former)
    const released = replaces ? this.#claimsOf(number) : noClaims
    // Nothing that throws comes behind the first change.
    const isOther = number === none || (replaces && this.#held.any)
    const next = isOther ? this.#records.add(id, revision, text, until) : number
    const written = isOther ? this.#records.written(next, id, revision, text) : this.#records.rewrite(number, id, revision, text, until)
    if (replaces) this.#indexes.replace(number, next, id, keys)
    else this.#indexes.add(next, id, keys)
    if (isOther) this.#numbers.set(id, next)
    if (isOther && number !== none) this.#held.retire(number)
    this.#release(released, id)
    for (const key of claimed) this.#claims.set(claim(key), id)
    return { kind: 'written', document: written }
  }

  #bury (number: number, id: string, now: number): void {
    const until = tombstoneEnd(this.#rules, now)
    const released = this.#claimsOf(number)
    const tombstone = until === undefined ? none : this.#records.bury(id, until)
    this.#indexes.delete(number, id)
    this.#release(released, id)
    if (tombstone === none) return this.#forget(number, id)
    this.#numbers.set(id, tombstone)
    this.#held.retire(number)
  }

  #forget (number: number, id: string): void {
    this.#numbers.delete(id)
    this.#held.retire(number)
  }

  /** Documents whose rules ask nothing are not even parsed. */
  #claimsOf (number: number): readonly UniqueKey[] {
    return this.#rules.unique.length === 0 ? noClaims : uniqueKeys(this.#rules.unique, this.#records.peek(number))
  }

  #release (keys: readonly UniqueKey[], id: string): void {
    for (const key of keys) {
      // Another document may have claimed the values since this one expired.
      if (this.#claims.get(claim(key)) === id) this.#claims.delete(claim(key))
    }
  }

  /** Finds out anew what rules say of each document. */
  #renew (rules: CollectionRules): void {
    const now = Date.now()
    const claims = new Map<string, string>()
    const untils = new Map<number, number>()
    for (const [id, number] of this.#indexes.documents.ordered.entries()) {
      const content = this.#records.peek(number)
      const until = (rules.expires === undefined ? undefined : expiryOfStored(rules.expires, content)) ?? Infinity
      untils.set(number, until)
      if (rules.unique.length === 0 || until <= now) continue
      for (const key of uniqueKeys(rules.unique, content)) {
        const holder = claims.get(claim(key))
        if (holder !== undefined) {
          throw new CREST_ERR_STORE_UNIQUE(this.#path, JSON.stringify(holder), JSON.stringify(id), key.pointers.join(', '))
        }
        claims.set(claim(key), id)
      }
    }
    this.#indexes.declare(rules.indexes)
    for (const [number, until] of untils) this.#records.setUntil(number, until)
    this.#claims = claims
  }
}

const noClaims: readonly UniqueKey[] = Object.freeze([])

function sameIndexes (a: CollectionRules, b: CollectionRules): boolean {
  return a.indexes.length === b.indexes.length && a.indexes.every((pointer, position) => pointer === b.indexes[position])
}

function claim (key: UniqueKey): string {
  return `${key.constraint} ${key.key}`
}
