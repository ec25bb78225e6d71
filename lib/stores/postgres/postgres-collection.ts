import { textProblem } from '../../crest/json-content.ts'
import { foldCase } from '../../crest/case-folding.ts'
import { BadRequest, ServiceUnavailable } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { randomId } from '../../random-id.ts'
import { tombstoneEnd } from '../rules.ts'
import { toDocument } from '../sql/document-row.ts'
import type { DocumentRow } from '../sql/document-row.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, Slot, StoreCollection, StoreQuery, StoreQueryResult, StoredDocument, WriteOutcome } from '../store.ts'
import { heldConstraint } from './postgres-clash.ts'
import type { AdoptedRules, PostgresConnection } from './postgres-connection.ts'
import { isUniqueViolation } from './postgres-errors.ts'
import { documentKeys } from './postgres-keys.ts'
import type { DocumentKeys } from './postgres-keys.ts'
import { purgePostgres } from './postgres-purge.ts'
import { queryPostgres } from './postgres-query.ts'
import { adoptRules, areRulesCurrent, knownRules } from './postgres-rules.ts'
import { buryStatement, deleteStatement, insertStatement, readStatement, replaceStatement } from './postgres-statements.ts'
import { settleWrites, writeTogether } from './postgres-write-all.ts'

interface SlotRow {
  readonly revision: string
  readonly content: string | null
  readonly expires: string | number | null
  readonly gone_until: string | number | null
}

// How often a write begins anew because the rules have changed, or because what stood in its way is gone.
const mostTries = 10

/** The documents under one path of a PostgreSQL store. Every write is one statement. */
export class PostgresCollection implements StoreCollection {
  readonly #open: () => Promise<PostgresConnection> | PostgresConnection
  readonly #path: string
  readonly #rules: CollectionRules

  /** @param open the connection, opened if it is not */
  constructor (open: () => Promise<PostgresConnection> | PostgresConnection, path: string, rules: CollectionRules) {
    this.#open = open
    this.#path = path
    this.#rules = rules
  }

  async read (id: string): Promise<Slot> {
    const { connection } = await this.#use()
    // No document can have it.
    if (textProblem(id) !== undefined) return { kind: 'absent' }
    const row = await connection.first<SlotRow>(readStatement, this.#path, id)
    return toSlot(id, row)
  }

  async insert (id: string, content: JsonObject, json?: string): Promise<WriteOutcome> {
    if (textProblem(id) !== undefined) throw new BadRequest('The id has characters that the store cannot keep')
    const text = json ?? JSON.stringify(content)
    return this.#write(true, id, asText(text, content, json), async (connection, { document, keys, generation }, now) => {
      const folded = foldCase(id)
      const written = await connection.first<DocumentRow>(insertStatement, this.#path, id, folded === id ? null : folded, document.revision, text,
        keys.sorted, keys.compared, keys.claims, keys.expires, now, generation)
      if (written !== undefined) return asWritten(document, written)
      const slot = toSlot(id, await connection.first<SlotRow>(readStatement, this.#path, id))
      // What was in the way may be gone since.
      return slot.kind === 'document' ? { kind: 'taken' } : slot.kind === 'gone' ? { kind: 'gone' } : undefined
    })
  }

  async replace (id: string, revision: string, content: JsonObject, json?: string): Promise<WriteOutcome> {
    const text = json ?? JSON.stringify(content)
    return this.#write(false, id, asText(text, content, json), async (connection, { document, keys, generation }, now) => {
      if (textProblem(id) !== undefined || textProblem(revision) !== undefined) return { kind: 'changed' }
      const written = await connection.first<DocumentRow>(replaceStatement, this.#path, id, revision, document.revision, text,
        keys.sorted, keys.compared, keys.claims, keys.expires, now, generation)
      return written === undefined ? { kind: 'changed' } : asWritten(document, written)
    })
  }

  async remove (id: string, revision: string): Promise<WriteOutcome> {
    const { connection } = await this.#use()
    if (textProblem(id) !== undefined || textProblem(revision) !== undefined) return { kind: 'changed' }
    const now = Date.now()
    const until = tombstoneEnd(this.#rules, now)
    const row = until === undefined
      ? await connection.first<DocumentRow>(deleteStatement, this.#path, id, revision, now)
      : await connection.first<DocumentRow>(buryStatement, this.#path, id, revision, now, until === Infinity ? null : until)
    return row === undefined ? { kind: 'changed' } : { kind: 'written', document: { id, revision, content: JSON.parse(row.content) as JsonObject } }
  }

  async writeAll (writes: readonly CollectionWrite[]): Promise<readonly SettledWrite[]> {
    return settleWrites(writes, {
      alone: async (write) => write.kind === 'insert' ? this.insert(write.id, write.content, write.json) : this.replace(write.id, write.revision, write.content, write.json),
      together: async (some) => {
        const { connection, adopted } = await this.#use(true)
        return writeTogether(connection, { path: this.#path, rules: this.#rules, adopted }, some)
      }
    })
  }

  async query (request: StoreQuery): Promise<StoreQueryResult> {
    for (let tries = 0; tries < mostTries; tries++) {
      const { connection, adopted: { generation, indexes } } = await this.#use()
      const result = await queryPostgres(connection, { path: this.#path, isPathDeclared: this.#rules.isPathDeclared ?? false, indexes, generation, engine: connection.engine, now: Date.now() }, request)
      if (result !== undefined) return result
      connection.adopted.delete(this.#path)
    }
    throw rulesChanging()
  }

  async purge (): Promise<number> {
    const { connection } = await this.#use()
    return purgePostgres(connection, this.#path, this.#rules)
  }

  async #use (filling = false): Promise<{ readonly connection: PostgresConnection, readonly adopted: AdoptedRules }> {
    const opened = this.#open()
    const connection = opened instanceof Promise ? await opened : opened
    return { connection, adopted: knownRules(connection, this.#path, this.#rules) ?? await adoptRules(connection, this.#path, this.#rules, filling) }
  }

  /** Runs `change` until it has an outcome: it has none where the rules are others by now, or what was in the way is gone. */
  async #write (filling: boolean, id: string, content: JsonObject, change: (connection: PostgresConnection, written: Prepared, now: number) => Promise<WriteOutcome | undefined>): Promise<WriteOutcome> {
    for (let tries = 0; tries < mostTries; tries++) {
      const { connection, adopted } = await this.#use(filling)
      const document = { id, revision: randomId(), content }
      const prepared = { document, keys: documentKeys(document, adopted.indexes, this.#rules), generation: adopted.generation }
      const now = Date.now()
      const outcome = await this.#unlessClashing(connection, prepared, now, async () => change(connection, prepared, now))
      if (outcome?.kind === 'written' || outcome?.kind === 'clash') return outcome
      // Perhaps nothing was written because the rules are others by now.
      if (!await areRulesCurrent(connection, { path: this.#path, generation: adopted.generation })) connection.adopted.delete(this.#path)
      else if (outcome !== undefined) return outcome
    }
    throw rulesChanging()
  }

  async #unlessClashing (connection: PostgresConnection, { document }: Prepared, now: number, write: () => Promise<WriteOutcome | undefined>): Promise<WriteOutcome | undefined> {
    try {
      return await write()
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      const pointers = await heldConstraint(connection, this.#path, this.#rules, document, now)
      return pointers === undefined ? undefined : { kind: 'clash', pointers }
    }
  }
}

/** A document as it is written. */
interface Prepared {
  readonly document: StoredDocument
  readonly keys: DocumentKeys
  readonly generation: string | null
}

/** What the text says counts: the caller's object may hold undefined members or change later, unless the text came with it. */
function asText (text: string, content: JsonObject, json: string | undefined): JsonObject {
  return json === undefined ? JSON.parse(text) as JsonObject : content
}

function asWritten ({ id, revision }: StoredDocument, { content }: Pick<DocumentRow, 'content'>): WriteOutcome {
  return { kind: 'written', document: toDocument({ id, revision, content }) }
}

function toSlot (id: string, row: SlotRow | undefined): Slot {
  if (row === undefined) return { kind: 'absent' }
  const now = Date.now()
  if (row.content === null) return { kind: row.gone_until === null || Number(row.gone_until) > now ? 'gone' : 'absent' }
  if (row.expires !== null && Number(row.expires) <= now) return { kind: 'gone' }
  return { kind: 'document', document: toDocument({ id, revision: row.revision, content: row.content }) }
}

function rulesChanging (): ServiceUnavailable {
  return new ServiceUnavailable('The store is temporarily unavailable: its rules change again and again', { retryAfter: 1 })
}
