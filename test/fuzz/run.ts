import { connect } from '../hostile/connection.ts'
import { randomOf } from './draft.ts'
import { faultsOfAnswer } from './judge-answer.ts'
import { makeKnowledge } from './knowledge.ts'
import { minimise } from './minimise.ts'
import { answersIn, faultsOfRaw, makeRaw } from './raw.ts'
import { makeRequest } from './requests.ts'
import { learn } from './revisions.ts'
import { cut, serialize } from './serialize.ts'
import type { Answer } from '../hostile/answer-parser.ts'
import type { Connection } from '../hostile/connection.ts'
import type { Measure, ServerProcess } from '../hostile/server-process.ts'
import type { Knowledge } from './knowledge.ts'
import type { FuzzRequest } from './requests.ts'
import type { SeenRevisions } from './revisions.ts'

/** What a run has seen. */
export interface FuzzResult {
  readonly seed: number
  requests: number
  /** Of them, those whose bytes were mutated. */
  raw: number
  readonly codes: Map<number, number>
  /** Each with the request, as text: the first twenty. */
  readonly failures: string[]
  failureCount: number
  readonly measures: Measure[]
  /** The longest turn of the event loop, in milliseconds. */
  block: number
}

/** What to run. */
export interface FuzzPlan {
  readonly server: ServerProcess
  readonly seed: number
  readonly first: number
  readonly count: number
  /** No other round begins after so many seconds. */
  readonly seconds: number
  /** Told of each request and its answer, where it is given. */
  readonly show?: (text: string) => void
}

/** Requests between two looks at the documents and the memory. */
const round = 5000
const connections = 24
/** How long a turn of the event loop may be, in milliseconds. */
export const longestTurn = 100

interface Run extends FuzzPlan {
  readonly knowledge: Knowledge
  readonly seen: SeenRevisions
  readonly result: FuzzResult
}

/** Sends so many requests, and judges every answer; between rounds what is stored, and what the server uses. */
export async function fuzz (plan: FuzzPlan): Promise<FuzzResult> {
  const { server, seed, first, count } = plan
  const result: FuzzResult = { seed, requests: 0, raw: 0, codes: new Map(), failures: [], failureCount: 0, measures: [], block: 0 }
  const run: Run = { ...plan, knowledge: makeKnowledge(), seen: new Map(), result }
  // How it started is no concern of requests.
  await server.measure()
  await server.ask('suspects')
  const end = performance.now() + plan.seconds * 1000
  for (let from = first; from < first + count && performance.now() < end; from += round) {
    await sendRound(run, from, Math.min(from + round, first + count))
    if (server.failure() !== undefined) {
      complain(run, `the server ${server.failure()}`)
      return result
    }
    const { block } = await server.measure()
    if (block > result.block) result.block = block
    if (block > longestTurn) await judgeSuspects(run, block)
    for (const fault of await server.ask<string[]>('judge')) complain(run, `before request ${from + round}: ${fault}`)
    result.measures.push(await server.measure())
    await server.ask('suspects')
  }
  return result
}

async function sendRound (run: Run, from: number, to: number): Promise<void> {
  let next = from
  await Promise.all(Array.from({ length: connections }, async () => {
    let connection: Connection | undefined
    while (next < to) {
      const n = next
      const random = randomOf(run.seed ^ 0x27d4eb2f, n)
      if (random.chance(0.2)) {
        next++
        await sendRaw(run, n)
        continue
      }
      const many = Math.min(to - n, 1 + (random.chance(0.6) ? 0 : random.below(6)))
      next += many
      connection = await sendBatch(run, Array.from({ length: many }, (_, index) => makeRequest(run.seed, n + index, run.knowledge)), connection)
    }
    connection?.close()
  }))
}

/** Sends requests at once on one connection, and those that are left where it was closed between them on another; returns the one to go on with. */
async function sendBatch (run: Run, batch: readonly FuzzRequest[], given: Connection | undefined): Promise<Connection | undefined> {
  let connection = given
  for (let left = batch; left.length > 0;) {
    if (connection === undefined || connection.closed()) connection = await connect(run.server.port)
    const random = randomOf(run.seed ^ 0x165667b1, left[0]?.n ?? 0)
    const bytes = left.map((request) => serialize(request, random))
    let answers: readonly Answer[]
    try {
      answers = await connection.exchange(cut(Buffer.concat(bytes), random), left.map(({ method }) => method))
    } catch (error) {
      connection.close()
      await blame(run, left, String(error))
      return undefined
    }
    for (const [index, answer] of answers.entries()) await judgeOne(run, left[index] as FuzzRequest, answer)
    left = left.slice(answers.length)
  }
  return connection
}

async function judgeOne (run: Run, request: FuzzRequest, answer: Answer): Promise<void> {
  const { result, knowledge, seen } = run
  result.requests++
  count(run, answer.status)
  const faults = [...faultsOfAnswer(request, answer), ...learn(request, answer, knowledge, seen)]
  run.show?.(`${JSON.stringify(serialize(request, randomOf(0, 0)).toString('latin1'))}\n→ ${showAnswer(answer)}`)
  if (faults.length > 0) await complainAbout(run, request, faults, answer)
}

function showAnswer ({ status, headers, body }: Answer): string {
  return `${status} ${JSON.stringify(headers)} ${body.toString('utf8', 0, 500)}`
}

/** A connection broke under several requests: each is tried alone. */
async function blame (run: Run, requests: readonly FuzzRequest[], error: string): Promise<void> {
  run.result.requests += requests.length
  const text = requests.map((request) => serialize(request, randomOf(0, 0)).toString('latin1')).join('')
  complain(run, `${replay(run, requests[0]?.n ?? 0, requests.length)}: ${error}\n${JSON.stringify(text)}`)
}

async function sendRaw (run: Run, n: number): Promise<void> {
  const attempt = makeRaw(run.seed, n, run.knowledge)
  run.result.requests++
  run.result.raw++
  let received: Buffer = Buffer.alloc(0)
  const faults: string[] = []
  try {
    const finished = await (await connect(run.server.port)).finish(attempt.parts)
    received = finished.received
    const found = answersIn(received, attempt.bytes)
    for (const { status } of found.answers) count(run, status)
    faults.push(...faultsOfRaw(attempt, found, finished.byServer))
  } catch (error) {
    faults.push(String(error))
  }
  const exchange = `${JSON.stringify(attempt.bytes.toString('latin1'))}\n→ ${JSON.stringify(received.toString('latin1', 0, 1500))}`
  run.show?.(exchange)
  if (faults.length > 0) complain(run, `${replay(run, n)}: ${faults.join('; ')}\n${exchange}`)
}

function count ({ result: { codes } }: Run, status: number): void {
  codes.set(status, (codes.get(status) ?? 0) + 1)
}

async function complainAbout (run: Run, request: FuzzRequest, faults: readonly string[], answer: Answer): Promise<void> {
  const smallest = run.result.failureCount < 8 ? await minimise(run.server.port, request, faults[0] ?? '') : request
  complain(run, `${replay(run, request.n)}: ${faults.join('; ')}\n${JSON.stringify(serialize(smallest, randomOf(0, 0)).toString('latin1'))}\n→ ${showAnswer(answer)}`)
}

function complain ({ result }: Run, text: string): void {
  if (++result.failureCount <= 20) result.failures.push(text)
}

function replay ({ seed }: Run, n: number, many: number = 1): string {
  return `SEED=${seed} ONLY=${many === 1 ? n : `${n}-${n + many - 1}`}`
}

/** A turn was long: which of the requests before it makes one again, when it is alone? */
async function judgeSuspects (run: Run, block: number): Promise<void> {
  const ids = await run.server.ask<string[]>('suspects')
  for (const id of ids) {
    const [, kind, number] = /^(fuzz|marker)-(\d+)$/.exec(id) ?? []
    if (number === undefined) continue
    let slow = 0
    for (let attempt = 0; attempt < 3 && slow === attempt; attempt++) {
      await run.server.measure()
      await run.server.measure()
      const connection = await connect(run.server.port)
      const n = Number(number)
      const parts = kind === 'marker' ? makeRaw(run.seed, n, run.knowledge).parts : [serialize(makeRequest(run.seed, n, run.knowledge), randomOf(0, 0))]
      await connection.finish(parts)
      if ((await run.server.measure()).block > longestTurn) slow++
    }
    if (slow === 3) complain(run, `${replay(run, Number(number))} blocks the event loop, for ${Math.round(block)} ms`)
  }
}
