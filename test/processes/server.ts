import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A server process, and the URL that it listens on. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it at once, as `kill -9` does, and waits until it is gone. */
  readonly kill: () => Promise<void>
  /** What it printed to standard error, if it has ended by itself. */
  readonly failure: () => string | undefined
}

/** What a server process runs with. */
export interface ServerSettings {
  /** Options of the store, where it takes any. */
  readonly storeOptions?: object
  /** Flags for Node. */
  readonly flags?: readonly string[]
}

/** Starts a server in a process of its own, on `sqlite:FILE` or `postgres://…`; it does not outlive this process. */
export async function startServer (store: string, { storeOptions = {}, flags = [] }: ServerSettings = {}): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('server.mjs', import.meta.url))
  const child = spawn(process.execPath, [...flags, script, store, JSON.stringify(storeOptions)], {
    env: { PATH: process.env['PATH'] },
    stdio: 'pipe'
  })
  let errors = ''
  let killed = false
  child.stderr.on('data', (text) => { errors += String(text) })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(String(text).trim()))
    child.once('exit', () => reject(new Error(`the server ended: ${errors}`)))
  })
  return {
    url,
    child,
    kill: async () => {
      killed = true
      child.kill('SIGKILL')
      await exited
    },
    failure: () => killed || child.exitCode === null ? undefined : `ended with status ${child.exitCode}: ${errors}`
  }
}

/** One request with JSON content. */
export async function send (method: string, url: string, content?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, content === undefined
    ? { method, headers }
    : { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(content) })
}
