import { FramingFault, parseAnswer, parseReceived } from '../hostile/answer-parser.ts'
import { objectIn } from '../conformance/invariants.ts'
import { reasonPhrases, statusCodes } from '../../lib/status.ts'
import { randomOf } from './draft.ts'
import { mutate } from './mutate.ts'
import { cut, serialize } from './serialize.ts'
import type { Answer } from '../hostile/answer-parser.ts'
import type { Knowledge } from './knowledge.ts'
import { makeRequest } from './requests.ts'

/** Bytes for a connection of their own, which is half-closed after them. */
export interface RawAttempt {
  readonly n: number
  readonly parts: readonly Buffer[]
  readonly bytes: Buffer
  /** The transaction id of the good request at the end. */
  readonly marker: string
}

/** Attempt `n`: a request or two, mutated or spliced, and a good request after them. */
export function makeRaw (seed: number, n: number, knowledge: Knowledge): RawAttempt {
  const random = randomOf(seed ^ 0x5bd1e995, n)
  const make = (m: number): string => serialize(makeRequest(seed, m, knowledge), random).toString('latin1')
  const [one, other] = [make(n), make(n + 1_000_003)]
  const mutated = random.chance(0.2) ? one + mutate(random, other, one) : mutate(random, one, other)
  const marker = `marker-${n}`
  const bytes = Buffer.from(`${mutated}GET /api/settings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nX-ForgeRock-TransactionId: ${marker}\r\nConnection: close\r\n\r\n`, 'latin1')
  return { n, bytes, parts: cut(bytes, random), marker }
}

/** What came on the connection of an attempt until it was closed. */
export interface RawAnswers {
  readonly answers: readonly Answer[]
  /** The statuses of interim answers after which no other came. */
  readonly dangling: readonly number[]
}

/** All answers in what was received; an answer to HEAD has no content, and only the bytes sent tell whether there was one. */
export function answersIn (received: Buffer, sent: Buffer): RawAnswers {
  const methods = sent.includes('HEAD') ? ['GET', 'HEAD'] : ['GET']
  const read = (rest: Buffer): RawAnswers | FramingFault => {
    let fault = new FramingFault('nothing')
    for (const method of methods) {
      try {
        const found = parseAnswer(rest, method, true)
        if (found === undefined) return parseReceived(rest, [])
        const after = read(rest.subarray(found.end))
        if (!(after instanceof FramingFault)) return { answers: [found.value, ...after.answers], dangling: after.dangling }
        fault = after
      } catch (error) {
        if (!(error instanceof FramingFault)) throw error
        fault = error
      }
    }
    return fault
  }
  const found = read(received)
  if (found instanceof FramingFault) throw found
  return found
}

/**
 * What is wrong with the answers to an attempt.
 *
 * @param byServer whether the server closed the connection by itself; it owes nothing to who closed it before
 */
export function faultsOfRaw ({ bytes, marker }: RawAttempt, { answers, dangling }: RawAnswers, byServer: boolean): string[] {
  const faults = faultsOfInterim(bytes, [...answers.flatMap(({ interim }) => interim), ...dangling])
  if (dangling.length > 0 && byServer) faults.push('told to go on, and not answered')
  for (const [index, answer] of answers.entries()) {
    const { status, headers, body, closes } = answer
    if (!statusCodes.includes(status as never)) faults.push(`${status} is not documented`)
    if (status === 500) faults.push('500')
    if (closes && index < answers.length - 1) faults.push('an answer after one that closes the connection')
    if (headers['x-forgerock-transactionid'] === marker && index < answers.length - 1) faults.push('the last request was answered before others')
    if (status < 400 || body.length === 0) continue
    const error = objectIn(answer)
    if (error?.['code'] !== status || error['reason'] !== reasonPhrases[status as keyof typeof reasonPhrases] || typeof error['message'] !== 'string') faults.push(`${status} without the error object`)
    if (!/no-store/.test(headers['cache-control'] ?? '')) faults.push('an error is not stored')
  }
  if (answers.filter(({ headers }) => headers['x-forgerock-transactionid'] === marker).length > 1) faults.push('one request was answered twice')
  // Nobody listens for CONNECT.
  if (answers.length === 0 && byServer && !bytes.includes('CONNECT')) faults.push('no answer at all')
  return faults
}

/** Only who asks for it is told to go on, once for each time (RFC 9110 section 10.1.1). */
function faultsOfInterim (bytes: Buffer, interim: readonly number[]): string[] {
  const asked = bytes.toString('latin1').match(/100-continue/gi)?.length ?? 0
  const other = interim.filter((status) => status !== 100)
  return [...other.map((status) => `an interim ${status}`), ...interim.length > asked ? ['told to go on without having asked'] : []]
}
