import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAnswer } from './answer-parser.ts'
import type { Answer } from './answer-parser.ts'

/** A connection of our own that reads answers strictly. */
export interface Connection {
  /**
   * Sends bytes that hold requests with these methods, and reads their answers. There are fewer of them only where one says
   * `Connection: close`; the connection is then closed, or it is a fault.
   */
  readonly exchange: (parts: readonly Buffer[], methods: readonly string[]) => Promise<readonly Answer[]>
  /**
   * Sends bytes, and returns everything that comes until the server closes. Where nothing comes for a while it half-closes, as the server
   * may wait for more; Node takes that for the end of a client, and owes it no answers any more.
   */
  readonly finish: (parts: readonly Buffer[]) => Promise<Finished>
  /** Whether nothing can be sent any more. */
  readonly closed: () => boolean
  readonly close: () => void
}

/** What came until a connection was closed. */
export interface Finished {
  readonly received: Buffer
  /** Whether the server closed it by itself. */
  readonly byServer: boolean
}

/** After so many milliseconds without a byte the server is taken to wait for more. */
const idle = 100
/** Nobody waits for an answer longer than that, in milliseconds. */
const patience = 30_000

/** Opens a connection to a port of this machine. */
export async function connect (port: number): Promise<Connection> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  let received: Buffer = Buffer.alloc(0)
  let ended = false
  let wake = (): void => {}
  socket.on('data', (bytes: Buffer) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
    wake()
  })
  // A broken connection is a closed one: what is missing then is found by who reads.
  socket.on('error', () => {})
  for (const event of ['end', 'close']) {
    socket.on(event, () => {
      ended = true
      wake()
    })
  }
  await once(socket, 'connect')

  async function until<Value> (look: () => Value | undefined, what: string): Promise<Value> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      wake()
    }, patience)
    try {
      for (;;) {
        const found = look()
        if (found !== undefined) return found
        if (late) throw new Error(`no ${what} within ${patience} ms, but ${JSON.stringify(received.toString('latin1', 0, 300))}`)
        await new Promise<void>((resolve) => { wake = resolve })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async function send (parts: readonly Buffer[]): Promise<void> {
    for (const [index, part] of parts.entries()) {
      if (index > 0) await new Promise(setImmediate)
      if (!ended) socket.write(part)
    }
  }

  return {
    async exchange (parts, methods) {
      const sent = send(parts)
      const answers: Answer[] = []
      for (const method of methods) {
        const found = await until(() => parseAnswer(received, method, ended) ?? (ended ? null : undefined), 'answer')
        if (found === null) throw new Error(`the connection was closed instead of answer ${answers.length + 1} of ${methods.length}`)
        received = received.subarray(found.end)
        answers.push(found.value)
        if (found.value.closes) {
          await until(() => ended ? true : undefined, 'end of the connection, which was promised')
          break
        }
      }
      await sent
      if (received.length > 0) throw new Error(`more was sent than there were requests: ${JSON.stringify(received.toString('latin1', 0, 300))}`)
      return answers
    },
    async finish (parts) {
      await send(parts)
      let byServer = true
      for (let before = -1; before < received.length;) {
        before = received.length
        await Promise.race([once(socket, 'end').catch(() => {}), sleep(idle)])
        if (ended) break
      }
      if (!ended) {
        byServer = false
        socket.end()
      }
      await until(() => ended ? true : undefined, 'end of the connection')
      socket.destroy()
      return { received, byServer }
    },
    closed: () => ended || socket.destroyed,
    close: () => { socket.destroy() }
  }
}
