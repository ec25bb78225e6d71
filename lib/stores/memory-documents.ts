import { randomUUID } from 'node:crypto'
import { OrderedIds } from './ordered-ids.ts'
import { expiryOfStored, rulesSignature, tombstoneEnd } from './rules.ts'
import { CREST_ERR_STORE_UNIQUE } from './store-errors.ts'
import { expiryOf } from '../crest/expiry.ts'
import { uniqueKeys } from '../crest/unique.ts'
import type { CollectionRules, ListRequest, ListResult, Slot, StoredDocument, WriteOutcome } from './store.ts'
import type { UniqueKey } from '../crest/unique.ts'
import type { JsonObject, JsonValue } from '../json.ts'

interface DocumentEntry {
  readonly kind: 'document'
  readonly document: StoredDocument
  readonly expires: number | undefined
}

type Entry = DocumentEntry | { readonly kind: 'tombstone', readonly until: number }

/** What one collection of `memoryStore` holds, under the rules that are in force. */
export class MemoryDocuments {
  readonly #path: string
  #rules: CollectionRules
  readonly #entries = new Map<string, Entry>()
  /** The ids of all documents, expired ones included. */
  readonly #ids = new OrderedIds()
  /** Which id holds the values of a unique constraint. That document may have expired: then they are free. */
  #claims = new Map<string, string>()

  constructor (path: string, rules: CollectionRules) {
    this.#path = path
    this.#rules = rules
  }

  /** Whether there is neither a document nor a tombstone. */
  get empty (): boolean { return this.#entries.size === 0 }

  /** Puts `rules` in force; throws CREST_ERR_STORE_UNIQUE, changing nothing, if the documents break them. */
  follow (rules: CollectionRules): void {
    if (rulesSignature(rules) !== rulesSignature(this.#rules)) this.#rebuild(rules)
    this.#rules = rules
  }

  read (id: string): Slot {
    const now = Date.now()
    const entry = this.#entries.get(id)
    const document = liveDocument(entry, now)
    if (document !== undefined) return { kind: 'document', document }
    return isGone(entry, now) ? { kind: 'gone' } : { kind: 'absent' }
  }

  insert (id: string, content: JsonObject, revision: string = randomUUID()): WriteOutcome {
    const now = Date.now()
    const entry = this.#entries.get(id)
    const document = ownDocument(id, revision, content)
    const expires = expiryOf(this.#rules.expires, document.content)
    if (liveDocument(entry, now) !== undefined) return { kind: 'taken' }
    if (isGone(entry, now)) return { kind: 'gone' }
    return this.#write(document, expires, undefined, now)
  }

  replace (id: string, revision: string, content: JsonObject): WriteOutcome {
    const now = Date.now()
    const before = liveDocument(this.#entries.get(id), now)
    const document = ownDocument(id, randomUUID(), content)
    const expires = expiryOf(this.#rules.expires, document.content)
    if (before?.revision !== revision) return { kind: 'changed' }
    return this.#write(document, expires, before, now)
  }

  remove (id: string, revision: string): WriteOutcome {
    const now = Date.now()
    const document = liveDocument(this.#entries.get(id), now)
    if (document?.revision !== revision) return { kind: 'changed' }
    this.#bury(document, now)
    return { kind: 'written', document }
  }

  list ({ after, offset = 0, limit = Infinity, count = false }: ListRequest): ListResult {
    const now = Date.now()
    const documents: StoredDocument[] = []
    // Where nothing expires, every id is that of a live document: what is skipped need not be looked at.
    let skip = this.#rules.expires === undefined ? 0 : offset
    for (const id of this.#ids.from(after, offset - skip)) {
      if (documents.length >= limit) break
      const document = liveDocument(this.#entries.get(id), now)
      if (document !== undefined && skip-- <= 0) documents.push(document)
    }
    return { documents, total: count ? this.#count(now) : undefined }
  }

  purge (): number {
    const now = Date.now()
    let touched = 0
    for (const [id, entry] of this.#entries) {
      if (entry.kind === 'document' ? liveDocument(entry, now) !== undefined : entry.until > now) continue
      if (entry.kind === 'document') this.#bury(entry.document, now)
      else this.#entries.delete(id)
      touched++
    }
    return touched
  }

  #count (now: number): number {
    if (this.#rules.expires === undefined) return this.#ids.size
    let total = 0
    for (const entry of this.#entries.values()) if (liveDocument(entry, now) !== undefined) total++
    return total
  }

  #write (document: StoredDocument, expires: number | undefined, before: StoredDocument | undefined, now: number): WriteOutcome {
    const keys = uniqueKeys(this.#rules.unique, document.content)
    for (const key of keys) {
      const holder = this.#claims.get(claim(key))
      if (holder !== undefined && holder !== document.id && liveDocument(this.#entries.get(holder), now) !== undefined) {
        return { kind: 'clash', pointers: key.pointers }
      }
    }
    if (before === undefined) this.#ids.add(document.id)
    else this.#release(before)
    for (const key of keys) this.#claims.set(claim(key), document.id)
    this.#entries.set(document.id, { kind: 'document', document, expires })
    return { kind: 'written', document }
  }

  #bury (document: StoredDocument, now: number): void {
    const { id } = document
    const until = tombstoneEnd(this.#rules, now)
    this.#release(document)
    this.#ids.delete(id)
    if (until === undefined) this.#entries.delete(id)
    else this.#entries.set(id, { kind: 'tombstone', until })
  }

  #release (document: StoredDocument): void {
    for (const key of uniqueKeys(this.#rules.unique, document.content)) {
      // Another document may have claimed the values since this one expired.
      if (this.#claims.get(claim(key)) === document.id) this.#claims.delete(claim(key))
    }
  }

  #rebuild (rules: CollectionRules): void {
    const now = Date.now()
    const entries: Array<[string, Entry]> = []
    const claims = new Map<string, string>()
    for (const id of this.#ids.from(undefined, 0)) {
      const { document } = this.#entries.get(id) as DocumentEntry
      const renewed: Entry = { kind: 'document', document, expires: expiryOfStored(rules.expires, document.content) }
      entries.push([id, renewed])
      if (liveDocument(renewed, now) === undefined) continue
      for (const key of uniqueKeys(rules.unique, document.content)) {
        const holder = claims.get(claim(key))
        if (holder !== undefined) {
          throw new CREST_ERR_STORE_UNIQUE(this.#path, JSON.stringify(holder), JSON.stringify(id), key.pointers.join(', '))
        }
        claims.set(claim(key), id)
      }
    }
    for (const [id, entry] of entries) this.#entries.set(id, entry)
    this.#claims = claims
  }
}

function liveDocument (entry: Entry | undefined, now: number): StoredDocument | undefined {
  if (entry?.kind !== 'document' || (entry.expires !== undefined && entry.expires <= now)) return undefined
  return entry.document
}

/** Whether an entry that is not live keeps its id from being used again. */
function isGone (entry: Entry | undefined, now: number): boolean {
  return entry?.kind === 'document' || (entry !== undefined && entry.until > now)
}

function claim (key: UniqueKey): string {
  return `${key.constraint} ${key.key}`
}

// Through JSON text, so that memory holds exactly what a database would.
function ownDocument (id: string, revision: string, content: JsonObject): StoredDocument {
  return Object.freeze({ id, revision, content: freeze(JSON.parse(JSON.stringify(content)) as JsonObject) })
}

function freeze<Value extends JsonValue | undefined> (value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}
