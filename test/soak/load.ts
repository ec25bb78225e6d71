import { createHistogram } from 'node:perf_hooks'
import type { RecordableHistogram } from 'node:perf_hooks'
import { connect } from '../hostile/connection.ts'
import type { Connection } from '../hostile/connection.ts'
import { makeLane, nextStep } from './operations.ts'
import type { Lane, Step } from './operations.ts'

/** What the load has seen so far. */
export interface Record {
  /** Times of answers in microseconds, by operation. */
  readonly times: Map<string, RecordableHistogram>
  readonly all: RecordableHistogram
  /** Answers by status. */
  readonly codes: Map<number, number>
  /** What was not as it had to be: the first twenty. */
  readonly unexpected: string[]
  unexpectedCount: number
}

/** A load that runs until it is stopped. */
export interface Load {
  readonly record: Record
  readonly stop: () => Promise<Record>
}

/** Each client opens another connection after so many requests, so that connections come and go too. */
const requestsPerConnection = 500

/** Starts so many clients that ask without a pause, each about documents of its own. */
export function startLoad (port: number, { clients, documents, random }: { readonly clients: number, readonly documents: number, readonly random: () => number }): Load {
  const record: Record = { times: new Map(), all: createHistogram(), codes: new Map(), unexpected: [], unexpectedCount: 0 }
  const state = { running: true }
  const runs = Array.from({ length: clients }, async (_, client) => {
    const lane = makeLane(`c${client}`, documents)
    let connection: Connection | undefined
    for (let n = 0; state.running; n++) {
      if (connection === undefined || connection.closed()) connection = await connect(port)
      await take(record, connection, lane, random)
      if (n % requestsPerConnection !== requestsPerConnection - 1) continue
      connection.close()
      connection = undefined
      await sendGarbage(record, port)
    }
    connection?.close()
  })
  return {
    record,
    async stop () {
      state.running = false
      await Promise.all(runs)
      return record
    }
  }
}

async function take (record: Record, connection: Connection, lane: Lane, random: () => number): Promise<void> {
  const step = nextStep(lane, random)
  const from = performance.now()
  try {
    const [answer] = await connection.exchange([serialize(step)], [step.method])
    if (answer === undefined) throw new Error('no answer')
    note(record, step.operation, answer.status, performance.now() - from)
    if (answer.status !== step.expected) complain(record, `${step.operation}: ${answer.status} instead of ${step.expected}: ${answer.body.toString('utf8', 0, 300)}`)
    else step.learn?.(answer)
  } catch (error) {
    complain(record, `${step.operation}: ${String(error)}`)
    connection.close()
  }
}

/** What no parser takes, on a connection of its own. */
async function sendGarbage (record: Record, port: number): Promise<void> {
  const from = performance.now()
  const received = (await (await connect(port)).finish([Buffer.from('GET / HTTP/9.9\r\n: \r\n\r\n')])).received.toString('latin1')
  note(record, 'no HTTP at all', Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0), performance.now() - from)
  if (!received.startsWith('HTTP/1.1 400 ')) complain(record, `no HTTP at all: ${received.slice(0, 300)}`)
}

function note ({ times, all, codes }: Record, operation: string, status: number, milliseconds: number): void {
  const time = Math.max(1, Math.round(milliseconds * 1000))
  const histogram = times.get(operation) ?? createHistogram()
  times.set(operation, histogram)
  histogram.record(time)
  all.record(time)
  codes.set(status, (codes.get(status) ?? 0) + 1)
}

function complain (record: Record, text: string): void {
  if (++record.unexpectedCount <= 20) record.unexpected.push(text)
}

function serialize ({ method, path, headers, body }: Step): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost']
  for (const [name, value] of Object.entries({ authorization: 'Bearer soak', ...headers })) lines.push(`${name}: ${value}`)
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
}
