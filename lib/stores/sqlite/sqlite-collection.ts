import { tombstoneEnd } from '../rules.ts'
import { insertEntries, listsRemain, listsText, parseLists, removeEntries, replaceEntries } from './sqlite-lists.ts'
import type { EntryLists } from './sqlite-lists.ts'
import { querySqlite } from './sqlite-query.ts'
import { toDocument } from '../sql/document-row.ts'
import type { DocumentRow } from '../sql/document-row.ts'
import { adoptRules, claim, release } from './sqlite-rules.ts'
import { foldedId } from './sqlite-schema.ts'
import { expiryOf } from '../../crest/expiry.ts'
import type { ComparedDocument } from '../../crest/comparable.ts'
import { BadRequest } from '../../errors.ts'
import { uniqueKeys } from '../../crest/unique.ts'
import type { SqliteConnection } from './sqlite-handle.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, Slot, StoreCollection, StoreQuery, StoreQueryResult, StoredDocument, WriteOutcome } from '../store.ts'
import type { UniqueKey } from '../../crest/unique.ts'
import type { JsonObject } from '../../json.ts'
import { randomId } from '../../random-id.ts'

interface SlotRow {
  readonly revision: string
  readonly content: string | null
  readonly expires: number | null
  readonly gone_until: number | null
}

/** Content as it is written. */
interface Prepared {
  readonly text: string
  readonly document: StoredDocument
  /** What its entries and claims are made of. */
  readonly compared: ComparedDocument
  readonly expires: number | null
  readonly keys: readonly UniqueKey[]
}

// A query is asked so often where lists go.
const mostTries = 3

const live = 'content IS NOT NULL AND (expires IS NULL OR expires > ?)'
const atRevision = `collection = ? AND id = ? AND revision = ? AND ${live}`
const bury = 'UPDATE crest_documents SET revision = NULL, content = NULL, expires = NULL, gone_until = ?'

/** The documents under one path of a SQLite store. Every method but `query` is one statement or one transaction, and synchronous. */
export class SqliteCollection implements StoreCollection {
  readonly #open: () => SqliteConnection
  readonly #path: string
  readonly #rules: CollectionRules

  /** @param open the connection, opened if it is not */
  constructor (open: () => SqliteConnection, path: string, rules: CollectionRules) {
    this.#open = open
    this.#path = path
    this.#rules = rules
  }

  read (id: string): Slot {
    const now = Date.now()
    const row = this.#use().first<SlotRow>(
      'SELECT revision, content, expires, gone_until FROM crest_documents WHERE collection = ? AND id = ?', this.#path, id)
    if (row === undefined) return { kind: 'absent' }
    if (row.content === null) return { kind: row.gone_until === null || row.gone_until > now ? 'gone' : 'absent' }
    if (row.expires !== null && row.expires <= now) return { kind: 'gone' }
    return { kind: 'document', document: toDocument({ id, revision: row.revision, content: row.content }) }
  }

  insert (id: string, content: JsonObject, json?: string): WriteOutcome {
    const { text, document, compared, expires, keys } = this.#prepare(id, content, json)
    return this.#write(true, id, keys, (connection, now) => {
      const written = connection.first<{ lists: string }>(
        `INSERT INTO crest_documents (collection, id, folded, revision, content, expires) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (collection, id) DO UPDATE SET
            revision = excluded.revision, content = excluded.content, expires = excluded.expires, gone_until = NULL
            WHERE content IS NULL AND gone_until <= ?
          RETURNING ${listsText} AS lists`,
        this.#path, id, foldedId(id), document.revision, text, expires, now, this.#path)
      if (written !== undefined) {
        insertEntries(connection, parseLists(written.lists), compared)
        return { kind: 'written', document }
      }
      const held = connection.first(`SELECT id FROM crest_documents WHERE collection = ? AND id = ? AND ${live}`, this.#path, id, now)
      return { kind: held === undefined ? 'gone' : 'taken' }
    })
  }

  replace (id: string, revision: string, content: JsonObject, json?: string): WriteOutcome {
    const { text, document, compared, expires, keys } = this.#prepare(id, content, json)
    return this.#write(false, id, keys, (connection, now) => {
      const written = connection.first(
        `UPDATE crest_documents SET revision = ?, content = ?, expires = ? WHERE ${atRevision} RETURNING id`,
        document.revision, text, expires, this.#path, id, revision, now)
      if (written === undefined) return { kind: 'changed' }
      replaceEntries(connection, this.#path, compared)
      return { kind: 'written', document }
    })
  }

  remove (id: string, revision: string): WriteOutcome {
    return this.#write(false, id, [], (connection, now) => {
      const row = connection.first<DocumentRow>(`SELECT content FROM crest_documents WHERE ${atRevision}`, this.#path, id, revision, now)
      if (row === undefined) return { kind: 'changed' }
      removeEntries(connection, this.#path, id)
      const until = tombstoneEnd(this.#rules, now)
      if (until === undefined) connection.run('DELETE FROM crest_documents WHERE collection = ? AND id = ?', this.#path, id)
      else connection.run(`${bury} WHERE collection = ? AND id = ?`, finite(until), this.#path, id)
      return { kind: 'written', document: { id, revision, content: JSON.parse(row.content) } }
    })
  }

  writeAll (writes: readonly CollectionWrite[]): readonly SettledWrite[] {
    const connection = this.#use(true)
    return connection.transaction('BEGIN IMMEDIATE', () => writes.map((write) => this.#settle(write)))
  }

  async query (request: StoreQuery): Promise<StoreQueryResult> {
    for (let tries = 0; ; tries++) {
      const connection = this.#use()
      // At last without lists, which other processes that declare other indexes may drop and make again and again.
      const lists: EntryLists = tries < mostTries ? this.#lists(connection) : new Map()
      const result = await querySqlite(connection, { path: this.#path, lists, now: Date.now() }, request)
      // What is there now was there during the query: a number is never given twice.
      if (listsRemain(connection, this.#path, lists)) return result
      connection.adopted.set(this.#path, { signature: '', lists: new Map() })
    }
  }

  purge (): number {
    const connection = this.#use()
    const over = 'collection = ? AND content IS NULL AND gone_until <= ?'
    const expired = 'collection = ? AND expires <= ?'
    return connection.transaction('BEGIN IMMEDIATE', () => {
      const now = Date.now()
      const until = tombstoneEnd(this.#rules, now)
      const tombstones = connection.all(`DELETE FROM crest_documents WHERE ${over} RETURNING id`, this.#path, now)
      connection.run(
        `DELETE FROM crest_claims WHERE collection = ? AND id IN (SELECT id FROM crest_documents WHERE ${expired})`,
        this.#path, this.#path, now)
      connection.run(
        `DELETE FROM crest_entries WHERE list IN (SELECT list FROM crest_lists WHERE collection = ?)
          AND id IN (SELECT id FROM crest_documents WHERE ${expired})`,
        this.#path, this.#path, now)
      const documents = until === undefined
        ? connection.all(`DELETE FROM crest_documents WHERE ${expired} RETURNING id`, this.#path, now)
        : connection.all(`${bury} WHERE ${expired} RETURNING id`, finite(until), this.#path, now)
      return tombstones.length + documents.length
    })
  }

  /** What a document breaks is its own affair; anything else undoes the writes around it too. */
  #settle (write: CollectionWrite): SettledWrite {
    try {
      return { status: 'fulfilled', value: write.kind === 'insert' ? this.insert(write.id, write.content, write.json) : this.replace(write.id, write.revision, write.content, write.json) }
    } catch (reason) {
      if (reason instanceof BadRequest) return { status: 'rejected', reason }
      throw reason
    }
  }

  #use (filling = false): SqliteConnection {
    const connection = this.#open()
    this.#lists(connection, filling)
    return connection
  }

  #lists (connection: SqliteConnection, filling = false): EntryLists {
    return adoptRules(connection, this.#path, this.#rules, filling)
  }

  #prepare (id: string, content: JsonObject, json?: string): Prepared {
    const text = json ?? JSON.stringify(content)
    const { unique, expires } = this.#rules
    const document = toDocument({ id, revision: randomId(), content: text })
    // What the text says counts: the caller's object may hold undefined members, unless the text came with it.
    const compared = json === undefined ? document : { id, revision: document.revision, content }
    return {
      text,
      document,
      compared,
      expires: expires === undefined ? null : expiryOf(expires, compared.content) ?? null,
      keys: unique.length === 0 ? [] : uniqueKeys(unique, compared.content)
    }
  }

  /**
   * Runs `change`; if it has written, `id` has the claims of `keys` alone after it. All in one transaction that waits
   * for other writers first: `now` is when it is our turn.
   */
  #write (filling: boolean, id: string, keys: readonly UniqueKey[], change: (connection: SqliteConnection, now: number) => WriteOutcome): WriteOutcome {
    const connection = this.#use(filling)
    const write = (): WriteOutcome => {
      const now = Date.now()
      const outcome = change(connection, now)
      if (outcome.kind !== 'written' || this.#rules.unique.length === 0) return outcome
      release(connection, this.#path, id)
      const clash = claim(connection, this.#path, id, keys, now)
      return clash === undefined ? outcome : { kind: 'clash', pointers: clash.pointers }
    }
    // Only a clash comes after something was written: where there is none, one of many writes need not be told from the others.
    if (connection.inTransaction && this.#rules.unique.length === 0) return write()
    return connection.transaction('BEGIN IMMEDIATE', write, (outcome) => outcome.kind === 'written')
  }
}

function finite (until: number): number | null {
  return until === Infinity ? null : until
}
