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
}

/** Starts a server on a SQLite file in a process of its own. */
export async function startServer (file: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('server.mjs', import.meta.url)), file], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let errors = ''
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
      child.kill('SIGKILL')
      await exited
    }
  }
}

/** One request with JSON content. */
export async function send (method: string, url: string, content?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, content === undefined
    ? { method, headers }
    : { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(content) })
}
