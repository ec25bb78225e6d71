import { expiryOf } from '../../crest/expiry.ts'
import { uniqueKeys } from '../../crest/unique.ts'
import type { ComparedDocument } from '../../crest/comparable.ts'
import type { UniqueKey } from '../../crest/unique.ts'
import type { Awaitable, JsonObject } from '../../json.ts'
import { randomId } from '../../random-id.ts'
import { discardDocument, memoryDocument } from './memory-document.ts'
import { isGone, liveDocument } from './memory-entry.ts'
import type { DocumentEntry, Entry } from './memory-entry.ts'
import { MemoryIndexes } from './memory-indexes.ts'
import { queryMemory } from './memory-query.ts'
import { expiryOfStored, rulesSignature, tombstoneEnd } from '../rules.ts'
import { CREST_ERR_STORE_UNIQUE } from '../store-errors.ts'
import type { CollectionRules, Slot, StoreQuery, StoreQueryResult, StoredDocument, WriteOutcome } from '../store.ts'

/** What one collection of `memoryStore` holds, under the rules that are in force. */
export class MemoryDocuments {
  readonly #path: string
  #rules: CollectionRules
  readonly #entries = new Map<string, Entry>()
  #indexes = new MemoryIndexes()
  /** Which id holds the values of a unique constraint. That document may have expired: then they are free. */
  #claims = new Map<string, string>()

  /** @throws RangeError for an index whose pointer is none */
  constructor (path: string, rules: CollectionRules) {
    this.#path = path
    this.#rules = rules
    this.#indexes.declare(rules.indexes)
  }

  /** Whether there is neither a document nor a tombstone. */
  get empty (): boolean { return this.#entries.size === 0 }

  /** Puts `rules` in force; throws CREST_ERR_STORE_UNIQUE or RangeError, changing nothing, if they cannot be. */
  follow (rules: CollectionRules): void {
    if (rules === this.#rules) return
    if (rulesSignature(rules) !== rulesSignature(this.#rules)) this.#rebuild(rules)
    else if (!sameIndexes(rules, this.#rules)) this.#indexes.declare(rules.indexes)
    this.#rules = rules
  }

  read (id: string): Slot {
    const entry = this.#entries.get(id)
    if (entry?.kind === 'document' && entry.expires === undefined) return { kind: 'document', document: entry.document }
    const now = Date.now()
    const document = liveDocument(entry, now)
    if (document !== undefined) return { kind: 'document', document }
    return isGone(entry, now) ? { kind: 'gone' } : { kind: 'absent' }
  }

  insert (id: string, content: JsonObject, json?: string, revision: string = randomId()): WriteOutcome {
    const now = Date.now()
    const entry = this.#entries.get(id)
    const next = memoryDocument(id, revision, json ?? JSON.stringify(content))
    if (liveDocument(entry, now) !== undefined) return { kind: 'taken' }
    if (isGone(entry, now)) return { kind: 'gone' }
    return this.#write(next, undefined, now, json === undefined ? next : { id, revision, content })
  }

  replace (id: string, revision: string, content: JsonObject, json?: string): WriteOutcome {
    const now = Date.now()
    const before = this.#entries.get(id)
    // The id that is kept already: that of the request would keep all the path that it is a part of.
    const next = memoryDocument(before?.kind === 'document' ? before.document.id : id, randomId(), json ?? JSON.stringify(content))
    if (before?.kind !== 'document' || liveDocument(before, now)?.revision !== revision) return { kind: 'changed' }
    return this.#write(next, before, now, json === undefined ? next : { id, revision: next.revision, content })
  }

  remove (id: string, revision: string): WriteOutcome {
    const now = Date.now()
    const entry = this.#entries.get(id)
    if (entry?.kind !== 'document' || liveDocument(entry, now)?.revision !== revision) return { kind: 'changed' }
    this.#bury(entry, now)
    return { kind: 'written', document: entry.document }
  }

  query (request: StoreQuery): Awaitable<StoreQueryResult> {
    return queryMemory(this.#indexes, request, this.#rules.expires !== undefined)
  }

  purge (): number {
    const now = Date.now()
    let touched = 0
    for (const [id, entry] of this.#entries) {
      if (entry.kind === 'document' ? liveDocument(entry, now) !== undefined : entry.until > now) continue
      if (entry.kind === 'document') this.#bury(entry, now)
      else this.#entries.delete(id)
      touched++
    }
    return touched
  }

  /** Documents whose rules ask nothing are not even parsed. */
  #claimsOf (document: ComparedDocument): readonly UniqueKey[] {
    return this.#rules.unique.length === 0 ? [] : uniqueKeys(this.#rules.unique, document.content)
  }

  #expiryOf (document: ComparedDocument): number | undefined {
    const { expires } = this.#rules
    return expires === undefined ? undefined : expiryOf(expires, document.content)
  }

  /** @param compared the document, with the content that was given where that is what the text says: then it need not be parsed */
  #write (document: StoredDocument, before: DocumentEntry | undefined, now: number, compared: ComparedDocument): WriteOutcome {
    const expires = this.#expiryOf(compared)
    const keys = this.#claimsOf(compared)
    for (const key of keys) {
      const holder = this.#claims.get(claim(key))
      if (holder !== undefined && holder !== document.id && liveDocument(this.#entries.get(holder), now) !== undefined) {
        return { kind: 'clash', pointers: key.pointers }
      }
    }
    const former = before?.document
    const entry = before === undefined
      ? this.#indexes.add({ kind: 'document', document, expires, keys: undefined }, compared)
      : this.#indexes.replace(before, document, expires, compared)
    if (entry !== before) this.#entries.set(document.id, entry)
    if (former !== undefined) this.#release(former)
    for (const key of keys) this.#claims.set(claim(key), document.id)
    return { kind: 'written', document }
  }

  #bury (entry: DocumentEntry, now: number): void {
    const { id } = entry.document
    const until = tombstoneEnd(this.#rules, now)
    this.#indexes.delete(entry)
    this.#release(entry.document)
    if (until === undefined) this.#entries.delete(id)
    else this.#entries.set(id, { kind: 'tombstone', until })
  }

  #release (document: StoredDocument): void {
    for (const key of this.#claimsOf(document)) {
      // Another document may have claimed the values since this one expired.
      if (this.#claims.get(claim(key)) === document.id) this.#claims.delete(claim(key))
    }
    discardDocument(document)
  }

  #rebuild (rules: CollectionRules): void {
    const now = Date.now()
    const indexes = new MemoryIndexes()
    const claims = new Map<string, string>()
    indexes.declare(rules.indexes)
    for (const [id, { document }] of this.#indexes.documents.ordered.entries()) {
      const renewed: DocumentEntry = { kind: 'document', document, expires: rules.expires === undefined ? undefined : expiryOfStored(rules.expires, document.content) }
      indexes.add(renewed)
      if (rules.unique.length === 0 || liveDocument(renewed, now) === undefined) continue
      for (const key of uniqueKeys(rules.unique, document.content)) {
        const holder = claims.get(claim(key))
        if (holder !== undefined) {
          throw new CREST_ERR_STORE_UNIQUE(this.#path, JSON.stringify(holder), JSON.stringify(id), key.pointers.join(', '))
        }
        claims.set(claim(key), id)
      }
    }
    for (const [id, entry] of indexes.documents.ordered.entries()) this.#entries.set(id, entry)
    this.#indexes = indexes
    this.#claims = claims
  }
}

function sameIndexes (a: CollectionRules, b: CollectionRules): boolean {
  return a.indexes.length === b.indexes.length && a.indexes.every((pointer, position) => pointer === b.indexes[position])
}

function claim (key: UniqueKey): string {
  return `${key.constraint} ${key.key}`
}
