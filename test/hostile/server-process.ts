import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a server process uses, with its heap after garbage collection; bytes, and milliseconds. */
export interface Measure {
  readonly heap: number
  readonly external: number
  readonly rss: number
  readonly descriptors: number
  /** The longest turn of the event loop since the measure before. */
  readonly block: number
}

/** A server in a process of its own, that can be asked over a side channel (test/hostile/measure.mjs). */
export interface ServerProcess {
  readonly port: number
  readonly ask: <Answer>(question: string, argument?: unknown) => Promise<Answer>
  readonly measure: () => Promise<Measure>
  /** What it printed, if it has ended by itself. */
  readonly failure: () => string | undefined
}

interface Owner {
  readonly teardown: (end: () => Promise<void>) => unknown
}

interface Reply {
  readonly n: number
  readonly answer?: unknown
  readonly failure?: string
}

/** Starts a script that prints the URL that it listens on; it ends with the test, or with this process. */
export async function startServer (owner: Owner, script: URL, store: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--expose-gc', script.pathname, store], {
    env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  const exited = once(child, 'exit')
  let printed = ''
  let stopped = false
  child.stderr?.on('data', (text) => { printed = (printed + String(text)).slice(-20_000) })
  owner.teardown(async () => {
    stopped = true
    child.kill('SIGKILL')
    await exited
  })
  const waiting = new Map<number, { resolve: (answer: never) => void, reject: (error: Error) => void }>()
  child.on('message', ({ n, answer, failure }: Reply) => {
    const { resolve, reject } = waiting.get(n) ?? {}
    waiting.delete(n)
    if (failure === undefined) resolve?.(answer as never)
    else reject?.(new Error(failure))
  })
  child.once('exit', () => { for (const { reject } of waiting.values()) reject(new Error(`the server ended: ${printed}`)) })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text) => resolve(String(text).trim()))
    child.once('exit', () => reject(new Error(`the server ended: ${printed}`)))
  })
  let asked = 0
  const ask = async <Answer>(question: string, argument?: unknown): Promise<Answer> => new Promise<Answer>((resolve, reject) => {
    waiting.set(++asked, { resolve, reject })
    child.send({ ask: question, n: asked, argument })
  })
  return {
    port: Number(new URL(url).port),
    ask,
    measure: () => ask('measure'),
    failure: () => stopped || child.exitCode === null ? undefined : `ended with status ${child.exitCode}: ${printed}`
  }
}
