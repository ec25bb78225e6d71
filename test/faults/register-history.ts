import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { pick } from '../conformance/prng.ts'
import { exchange } from './http-client.ts'
import type { Ask } from './http-client.ts'
import type { Operation } from './linearizability.ts'

/** What is recorded of one document, which is a register that holds marks. */
export interface RegisterHistory {
  readonly id: string
  readonly operations: Operation[]
  /** The revision of each mark that was seen. */
  readonly revisions: Map<string, string>
  /** Answers that a register cannot give. */
  readonly faults: string[]
}

/** The mark that every document begins with. */
export const firstMark = 'start'

export interface RecordSettings {
  readonly servers: ReadonlyArray<{ readonly url: string | undefined }>
  readonly clients: number
  readonly documents: number
  readonly milliseconds: number
  readonly random: () => number
}

/** Lets clients read documents and set them to marks of their own, with the revision that they saw last; what came of it. */
export async function recordHistories ({ servers, clients, documents, milliseconds, random }: RecordSettings): Promise<readonly RegisterHistory[]> {
  const agent = new Agent({ keepAlive: true })
  const histories = Array.from({ length: documents }, (_, index): RegisterHistory => ({ id: `register-${index}`, operations: [], revisions: new Map(), faults: [] }))
  for (const history of histories) {
    const url = `${servers[0]?.url}/documents/${history.id}`
    const answer = await exchange(agent, { method: 'PUT', url, headers: { 'if-none-match': '*' }, content: { mark: firstMark } })
    if (answer === 'closed' || answer.status !== 201) throw new Error('a document cannot be made')
    note(history, answer.body)
  }
  const end = performance.now() + milliseconds
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    // By document, the mark that this client saw last.
    const seen = new Map<RegisterHistory, string>()
    for (let number = 0; performance.now() < end; number++) {
      const url = pick(servers, random).url
      const history = pick(histories, random)
      if (url === undefined) await sleep(10)
      else await operate({ agent, url: `${url}/documents/${history.id}`, history, seen, mark: random() < 0.5 ? undefined : `${client}:${number}` })
    }
  }))
  agent.destroy()
  return histories
}

interface Step {
  readonly agent: Agent
  readonly url: string
  readonly history: RegisterHistory
  readonly seen: Map<RegisterHistory, string>
  /** The mark to be set; undefined for a read. */
  readonly mark: string | undefined
}

async function operate ({ agent, url, history, seen, mark }: Step): Promise<void> {
  const expected = seen.get(history) ?? firstMark
  const ask: Ask = mark === undefined
    ? { method: 'GET', url }
    : { method: 'PUT', url, headers: { 'if-match': `"${history.revisions.get(expected)}"` }, content: { mark } }
  const from = performance.now()
  const answer = await exchange(agent, ask)
  const interval = { from, to: performance.now() }
  const status = answer === 'closed' ? 503 : answer.status
  if (status === 503) {
    // A read without an answer says nothing.
    if (mark !== undefined) history.operations.push({ kind: 'set', ...interval, expected, value: mark, outcome: 'unknown' })
    await sleep(20)
  } else if (answer !== 'closed' && status === 200) {
    const value = note(history, answer.body)
    seen.set(history, value)
    history.operations.push(mark === undefined ? { kind: 'read', ...interval, value } : { kind: 'set', ...interval, expected, value: mark, outcome: 'done' })
    if (mark !== undefined && value !== mark) history.faults.push(`${mark} was set and ${value} answered`)
  } else if (status === 412 && mark !== undefined) {
    history.operations.push({ kind: 'set', ...interval, expected, value: mark, outcome: 'refused' })
    // As a client would, or the next sets would be refused too.
    seen.delete(history)
    await operate({ agent, url, history, seen, mark: undefined })
  } else {
    history.faults.push(`${ask.method}: ${status}`)
  }
}

/** A mark has one revision, and a revision one mark. */
function note (history: RegisterHistory, body: unknown): string {
  const { _rev: revision, mark } = body as { readonly _rev: string, readonly mark: string }
  const known = history.revisions.get(mark)
  if (known !== undefined && known !== revision) history.faults.push(`${mark} has the revisions ${known} and ${revision}`)
  history.revisions.set(mark, revision)
  return mark
}
