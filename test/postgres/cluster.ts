import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { postgresBinaries } from './binaries.ts'
import { startGuard } from './guard.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { Guard } from './guard.ts'

/** PostgreSQL settings by name. */
export type Settings = Readonly<Record<string, string | number>>

/** What a cluster ends with: a tap test. */
export interface Owner {
  readonly teardown: (end: () => Promise<void>) => unknown
}

/** Small; `fsync` stays on. (Off it would do for a killed server, as the page cache of the system outlives it.) */
const defaults: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '16MB',
  max_connections: 100,
  max_wal_size: '64MB',
  io_method: 'sync'
}

/**
 * Starts a PostgreSQL of its own on a free port of 127.0.0.1, in under a second. Text sorts as English does there, unlike the
 * code points of Common REST. It is gone when the test ends, or this process, whatever ends that.
 *
 * @example
 * const cluster = await startCluster(t)
 * const url = await cluster.createDatabase('one')
 */
export async function startCluster (owner: Owner, settings: Settings = {}): Promise<Cluster> {
  const { directory, guard } = makeHome(owner)
  const binaries = await postgresBinaries(directory)
  giveTo(binaries, directory)
  const password = randomBytes(12).toString('hex')
  writeFileSync(join(directory, 'password'), password)
  giveTo(binaries, join(directory, 'password'))
  execFileSync(binaries.initdb, [
    `--pgdata=${join(directory, 'data')}`, '--username=postgres', `--pwfile=${join(directory, 'password')}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--wal-segsize=4',
    '--no-data-checksums', '--no-sync', '--no-instructions'
  ], { ...binaries.user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  const cluster = new Cluster({ owner, binaries, guard, password, data: join(directory, 'data') }, settings)
  await cluster.start()
  return cluster
}

interface Parts {
  readonly owner: Owner
  readonly binaries: PostgresBinaries
  readonly guard: Guard
  readonly password: string
  readonly data: string
}

export class Cluster {
  /** The port, the same after a restart. */
  port: number = 0
  /** What it has printed lately. */
  log: string = ''
  readonly #parts: Parts
  #settings: Settings
  #running: { readonly pid: number, readonly ended: Promise<unknown> } | undefined

  constructor (parts: Parts, settings: Settings) {
    this.#parts = parts
    this.#settings = settings
  }

  /** A connection string; `port` where a relay stands before the cluster. */
  url (database: string = 'postgres', port: number = this.port): string {
    return `postgres://postgres:${this.#parts.password}@127.0.0.1:${port}/${database}`
  }

  /** Makes an empty database and returns its connection string. */
  async createDatabase (name: string): Promise<string> {
    await this.query(`CREATE DATABASE "${name}"`)
    return this.url(name)
  }

  /** Runs one statement on a connection of its own; returns its rows. */
  async query<Row extends pg.QueryResultRow> (text: string, database?: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url(database) })
    // A connection that breaks fails its query too, which says so.
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** Starts it, or starts it again; resolved once it accepts connections. */
  async start (): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const port = this.port === 0 ? await freePort() : this.port
      try {
        await this.#spawn(port)
        this.port = port
        return
      } catch (error) {
        // Somebody took the port meanwhile.
        if (attempt === 50 || !this.log.includes('could not bind')) throw error
        await sleep(50)
      }
    }
  }

  /** `pg_ctl stop`: `fast` in good order, `immediate` as in a crash, which the next start recovers from. */
  async stop (mode: 'fast' | 'immediate'): Promise<void> {
    await this.#control('stop', '-m', mode)
    await this.#running?.ended
  }

  /** `kill -9`: its children end by themselves when they notice. Resolved when all are gone. */
  async kill (): Promise<void> {
    if (this.#running === undefined) return
    process.kill(this.#running.pid, 'SIGKILL')
    await this.#running.ended
  }

  /** Makes a standby that every commit waits for from now on. The cluster is stopped and started again for it. */
  async startStandby (): Promise<Cluster> {
    const { owner, binaries, password } = this.#parts
    const { directory, guard } = makeHome(owner)
    const data = join(directory, 'data')
    await this.stop('fast')
    execFileSync('cp', ['-a', this.#parts.data, data])
    writeFileSync(join(data, 'standby.signal'), '')
    giveTo(binaries, directory)
    const primary = `host=127.0.0.1 port=${this.port} user=postgres password=${password} application_name=standby`
    const standby = new Cluster({ ...this.#parts, guard, data }, { ...this.#settings, primary_conninfo: primary })
    this.#settings = { ...this.#settings, synchronous_standby_names: 'standby' }
    await this.start()
    await standby.start()
    const inStep = 'SELECT 1 FROM pg_stat_replication WHERE sync_state = \'sync\''
    while ((await this.query(inStep)).length === 0) await sleep(20)
    return standby
  }

  /** Makes a standby a primary; resolved once it accepts writes. */
  async promote (): Promise<void> {
    await this.#control('promote')
  }

  async #control (command: string, ...flags: readonly string[]): Promise<void> {
    const { binaries, data } = this.#parts
    await promisify(execFile)(binaries.pgCtl, [command, '-w', '-D', data, ...flags], { ...binaries.user, cwd: data })
  }

  async #spawn (port: number): Promise<void> {
    const { binaries, data, guard } = this.#parts
    const settings = Object.entries({ ...defaults, ...this.#settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...settings], {
      ...binaries.user, cwd: data, env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'], detached: true
    })
    // Its children hold the pipe too: it is closed when the last of them is gone.
    const ended = once(child, 'close').finally(() => {
      this.#running = undefined
      guard.watch(undefined)
    })
    if (child.pid !== undefined) this.#running = { pid: child.pid, ended }
    guard.watch(child.pid)
    this.log = ''
    child.stderr.setEncoding('utf8')
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (text: string) => {
        this.log = (this.log + text).slice(-20_000)
        if (this.log.includes('ready to accept')) resolve()
      })
      ended.then(() => reject(new Error(`PostgreSQL ended: ${this.log}`)), reject)
    })
  }
}

/** A directory for a cluster, and who ends the cluster and removes the directory. */
function makeHome (owner: Owner): { readonly directory: string, readonly guard: Guard } {
  const directory = mkdtempSync(join(tmpdir(), 'common-rest-postgres-'))
  const guard = startGuard(directory)
  owner.teardown(guard.end)
  return { directory, guard }
}

function giveTo ({ user: { uid, gid } }: PostgresBinaries, path: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** A port below those that systems give to outgoing connections, which could take it while the cluster is down. */
async function freePort (): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
