import t from 'tap'
import type { Test } from 'tap'
import { reasonPhrases } from '../../lib/status.ts'
import type { ReceivedAnswer } from '../hostile/answer-parser.ts'
import { lintResponse } from '../lint/lint-response.ts'
import type { LintRequest } from '../lint/linted.ts'
import { buildServer, listen, sharedPort } from './bed.ts'
import type { Application, Kind } from './bed.ts'
import { rowNames } from './row-names.ts'
import type { Section } from './row-names.ts'
import { answersIn, converse, requestsIn } from './wire.ts'
import type { Conversation } from './wire.ts'

/** What an answer must be; all but the status optional. */
export interface ExpectedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>
  readonly body?: string | RegExp
  readonly interim?: readonly number[]
  /** Whether the connection ends within it, so that nobody takes a part for the whole. */
  readonly cut?: boolean
}

/** The answers of one connection in their order; none where it is closed without one. */
export type Expected = number | ExpectedAnswer | ReadonlyArray<number | ExpectedAnswer>

/** One way in which the row of the page is provoked. */
export interface Case extends Application {
  readonly name?: string
  /** What the client does; text alone is one request. */
  readonly client: string | Buffer | Conversation
  /** What plain Fastify answers. */
  readonly leak: Expected
  /** What is answered through the plugin with `serverOptions()`. */
  readonly answer: Expected
  /** Where only `serverOptions()` can give that answer: what comes without it. */
  readonly without?: Expected
  /** Why no plugin can give a documented answer, which the README says too; nothing is asked of the form of the answer then. */
  readonly beyond?: string
  /** Rules that the answer breaks for a reason, by name. */
  readonly tolerated?: readonly string[]
}

/** A row whose servers are no servers of the table. */
export type Custom = (t: Test) => Promise<void>

/** One row of a section: the cases that show the leak and the documented answer. */
export interface Row {
  readonly name: string
  readonly cases: ReadonlyArray<Case | Custom>
}

/** A case whose second request needs the answer to the first; that answer is not judged. */
export interface Afterwards extends Omit<Case, 'leak' | 'answer'> {
  readonly then: (first: ReceivedAnswer | undefined) => string
  readonly leak: number | ExpectedAnswer
  readonly answer: number | ExpectedAnswer
}

/** Asks, and asks again on the same server, with what was answered. */
export function afterwards (one: Afterwards): Custom {
  return async (t) => {
    for (const [kind, expected] of [['plain', one.leak], ['plugin', one.answer]] as const) {
      const port = await listen(await buildServer(t, kind, one))
      const ask = async (bytes: string): Promise<readonly ReceivedAnswer[]> => answersIn(await converse(t, port, { steps: [bytes] }), requestsIn({ steps: [bytes] }))
      const [first] = await ask(String(one.client))
      const next = one.then(first)
      const answers = await ask(next)
      const title = `${one.name ?? next.slice(0, 20)}: ${kind}`
      meets(t, answers, expected, title)
      if (kind === 'plugin' && answers[0] !== undefined) isComplete(t, requestsIn({ steps: [next] })[0] ?? { method: '', headers: {} }, answers[0], title, one.tolerated)
    }
  }
}

/** Declares the tests of a section, and one that none of its rows is left out. */
export function runRows (section: Section, rows: readonly Row[]): void {
  t.test(`the rows of section ${section} are all here`, async (t) => {
    t.strictSame(rows.map(({ name }) => name), rowNames[section])
    for (const { name, cases } of rows) t.ok(cases.length > 0, name)
  })
  for (const { name, cases } of rows) t.test(name, async (t) => runCases(t, cases))
}

async function runCases (t: Test, cases: Row['cases']): Promise<void> {
  for (const one of cases) {
    if (typeof one === 'function') await one(t)
    else await runCase(t, one)
  }
}

async function runCase (t: Test, one: Case): Promise<void> {
  const conversation: Conversation = typeof one.client === 'string' || Buffer.isBuffer(one.client) ? { steps: [one.client] } : one.client
  const name = one.name ?? (requestsIn(conversation)[0]?.method ?? 'no request')
  const expectations: Array<readonly [Kind, Expected]> = [['plain', one.leak], ['plugin', one.answer], ['plugin without serverOptions', one.without ?? one.answer]]
  await Promise.all(expectations.map(async ([kind, expected]) => {
    // A document that is deleted is missing in the next case.
    const isSpoilt = requestsIn(conversation).some(({ method }) => method === 'DELETE')
    const port = isSpoilt ? await listen(await buildServer(t, kind, one)) : await sharedPort(kind, one)
    const answers = answersIn(await converse(t, port, conversation), requestsIn(conversation))
    const title = `${name}: ${kind}`
    meets(t, answers, expected, title)
    if (one.beyond === undefined && (kind === 'plugin' || (kind !== 'plain' && one.without === undefined))) {
      answers.forEach((answer, index) => isComplete(t, requestsIn(conversation)[index] ?? { method: '', headers: {} }, answer, `${title}, answer ${index + 1}`, one.tolerated))
    }
  }))
}

function meets (t: Test, answers: readonly ReceivedAnswer[], expected: Expected, title: string): void {
  const list = (Array.isArray(expected) ? expected : [expected]) as ReadonlyArray<number | ExpectedAnswer>
  t.strictSame(answers.map(({ status }) => status), list.map((one) => typeof one === 'number' ? one : one.status), title)
  list.forEach((one, index) => {
    const answer = answers[index]
    const { headers = {}, body, interim = [], cut = false } = typeof one === 'number' ? { } as Partial<ExpectedAnswer> : one
    if (answer === undefined) return
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) t.equal(answer.headers[name], undefined, `${title}: no ${name}`)
      else t.match(answer.headers[name], value, `${title}: ${name}`)
    }
    if (body !== undefined) t.match(answer.body.toString(), body, `${title}: content`)
    t.strictSame(answer.interim, interim, `${title}: interim answers`)
    t.equal(answer.isCut, cut, `${title}: the end of the answer comes`)
  })
}

/** Asserts that an answer is whole, has the error object and the fields that its code obliges, and no fault of form. */
export function isComplete (t: Test, request: LintRequest, answer: Pick<ReceivedAnswer, 'status' | 'fields' | 'headers' | 'body'> & { readonly isCut?: boolean }, title: string, tolerated: readonly string[] = []): void {
  const { status, headers, body, isCut = false } = answer
  if (isCut) return
  t.strictSame(lintResponse(request, answer).filter((fault) => !tolerated.includes(fault.slice(0, fault.indexOf(':')))), [], `${title}: nothing is wrong with its form`)
  if (status === 401) t.ok(headers['www-authenticate'], `${title}: a challenge`)
  if (status === 405) t.type(headers['allow'], 'string', `${title}: Allow`)
  if (status === 503) t.ok(headers['retry-after'], `${title}: Retry-After`)
  if (status === 415) t.ok(headers['accept'] ?? headers['accept-patch'] ?? headers['accept-post'] ?? !['PUT', 'PATCH', 'POST'].includes(request.method), `${title}: the types that are taken`)
  if (status < 400) return
  t.match(headers['cache-control'], /\bno-store$/, `${title}: not stored`)
  if (request.method === 'HEAD') return
  t.match(headers['content-type'], /^application\/json/, `${title}: JSON`)
  const fault = JSON.parse(body.length === 0 ? 'null' : body.toString()) as Record<string, unknown> | null
  t.match(fault, { code: status, reason: reasonPhrases[status as keyof typeof reasonPhrases], message: /./ }, `${title}: the error object`)
  t.strictSame(Object.keys(fault ?? {}).filter((key) => !['code', 'reason', 'message', 'detail'].includes(key)), [], `${title}: no foreign member`)
  t.notMatch(body.toString(), /secret/, `${title}: nothing internal is said`)
}
