import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Sql } from 'sql-template-tag'
import { engineOf } from './postgres-engine.ts'
import type { EngineCapabilities } from './postgres-engine.ts'
import { CREST_ERR_STORE_ISOLATION } from '../store-errors.ts'
import { isSerializationFailure, toStoreError } from './postgres-errors.ts'
import { within } from './postgres-link.ts'
import type { PostgresLink, Work } from './postgres-link.ts'
import { createPageKnowledge } from './postgres-page-knowledge.ts'
import type { PageKnowledge } from './postgres-page-knowledge.ts'

/** What is known to be in force for a collection. */
export interface AdoptedRules {
  /** Of the rules that this process declares. */
  readonly signature: string
  /** The token of the rules in the database; null where it has none for the collection. */
  readonly generation: string | null
  /** The JSON pointers of which every document of the collection has a sort key. */
  readonly indexes: readonly string[]
}

/** Whoever reads rows: a connection, or a moment of it. */
export interface PostgresReader {
  /** The rows of a statement that is put together. */
  readonly rows: <Row>(statement: Sql) => Promise<Row[]>
}

/** How a connection behaves. */
export interface ConnectionSettings {
  /** The limit of one call, in milliseconds. */
  readonly timeout: number
  /** Whether statements are kept prepared by name. */
  readonly prepare: boolean
}

// The first pause before a transaction that was undone runs again, doubled each time up to the last.
const firstPause = 4
const lastPause = 250
// So many statements of pages of each kind have names: a server keeps each for each of its connections, in about 100 kB.
const mostPageNames = 50

/**
 * A way to a database with what is known of its collections. Errors that may pass are `ServiceUnavailable`, with the error
 * of the driver as `cause`; a transaction that was undone because of others runs again until the time is over.
 */
export class PostgresConnection implements PostgresReader {
  /** The rules that are known to be in force, by path. Paths may be without number; what is forgotten costs a SELECT. */
  readonly adopted: LRUCache<string, AdoptedRules> = new LRUCache({ max: 10_000 })
  /** The rules that are being adopted, by path and rules. */
  readonly adopting: Map<string, Promise<AdoptedRules>> = new Map()
  readonly pages: PageKnowledge = createPageKnowledge()
  /** What the database is; taken for PostgreSQL until it was asked. */
  engine: EngineCapabilities = engineOf('PostgreSQL')
  readonly #link: PostgresLink
  readonly #settings: ConnectionSettings
  readonly #names = new Map<string, string>()
  /** Those of walks are by collection too, of which there may be many: they leave room for the others. */
  readonly #pageNames = { few: new Map<string, string>(), walk: new Map<string, string>() } as const
  readonly #calls = new Set<Promise<unknown>>()

  constructor (link: PostgresLink, settings: ConnectionSettings) {
    this.#link = link
    this.#settings = settings
  }

  /** Whether the server keeps statements prepared. */
  get keepsNames (): boolean { return this.#settings.prepare && this.#link.keepsNames }

  /** The limit of one call, in milliseconds. */
  get timeout (): number { return this.#settings.timeout }

  /**
   * Asks the database what it is.
   *
   * @throws CREST_ERR_STORE_ISOLATION where writers would not see rules that have changed while they waited for their turn
   */
  async askEngine (): Promise<void> {
    const row = await this.first<{ version: string, isolation: string }>("SELECT version() AS version, current_setting('default_transaction_isolation') AS isolation")
    this.engine = engineOf(String(row?.version))
    if (this.engine.locksTables && row?.isolation !== 'read committed') throw new CREST_ERR_STORE_ISOLATION(String(row?.isolation))
  }

  /** The rows of one statement, which is a transaction of its own. There are few of these, and the server keeps them prepared. */
  all<Row> (text: string, ...values: readonly unknown[]): Promise<Row[]> {
    return this.#persist((milliseconds) => this.#link.run({ text, values, name: this.#nameOf(text, this.#names, Infinity) }, milliseconds) as Promise<Row[]>)
  }

  /** The rows of a statement for a page whose plan is the same for all values. Of these the first few have names. */
  prepared<Row> (kind: 'few' | 'walk', text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#persist((milliseconds) => this.#link.run({ text, values, name: this.#nameOf(text, this.#pageNames[kind], mostPageNames) }, milliseconds) as Promise<Row[]>)
  }

  /**
   * The rows of a statement that is put together, with its parameters: there are many, and each is planned for its own
   * parameters, as a plan for any may be many times slower.
   */
  rows<Row> ({ text, values }: Sql): Promise<Row[]> {
    return this.#persist((milliseconds) => this.#link.run({ text, values, name: undefined }, milliseconds) as Promise<Row[]>)
  }

  /** The first row, if there is one. */
  async first<Row> (text: string, ...values: readonly unknown[]): Promise<Row | undefined> {
    const [row] = await this.all<Row>(text, ...values)
    return row
  }

  /** Runs `work` in one transaction, which is undone if it throws; `work` may run several times. Its length is not limited, that of its statements is. */
  async transaction<Result> (work: Work<Result>): Promise<Result> {
    return this.#persist(() => this.#link.transact(work, this.#settings.timeout))
  }

  /** Runs `work`, whose statements all see the database as it is in one moment. It may run several times. */
  async snapshot<Result> (work: (reader: PostgresReader) => Promise<Result>): Promise<Result> {
    return this.transaction(async (run, atomic) => {
      if (atomic) await run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
      return work({ rows: async ({ text, values }) => await run(text, values) as never })
    })
  }

  /** What work that goes on by itself brings, or `ServiceUnavailable` when the limit of a call is over. */
  async withinTimeout<Result> (work: Promise<Result>): Promise<Result> {
    try {
      return await within(this.#settings.timeout, work)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** Resolves when no call is under way. */
  async idle (): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls)
  }

  async #persist<Result> (attempt: (milliseconds: number) => Promise<Result>): Promise<Result> {
    const call = this.#tryAgain(attempt)
    this.#calls.add(call)
    try {
      return await call
    } finally {
      this.#calls.delete(call)
    }
  }

  async #tryAgain<Result> (attempt: (milliseconds: number) => Promise<Result>): Promise<Result> {
    const end = performance.now() + this.#settings.timeout
    for (let pause = firstPause; ; pause = Math.min(2 * pause, lastPause)) {
      try {
        return await attempt(Math.max(1, end - performance.now()))
      } catch (error) {
        const wait = pause * (0.5 + Math.random())
        if (!isSerializationFailure(error) || performance.now() + wait >= end) throw toStoreError(error)
        await setTimeout(wait)
      }
    }
  }

  #nameOf (text: string, names: Map<string, string>, most: number): string | undefined {
    if (!this.#settings.prepare) return undefined
    let name = names.get(text)
    if (name === undefined && names.size < most) {
      // The same name in every process for the same text: servers behind a shared pooler may know it.
      name = `crest_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
      names.set(text, name)
    }
    return name
  }
}
