import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { pick } from '../conformance/prng.ts'
import { exchange } from './http-client.ts'
import type { Answer, Ask } from './http-client.ts'

/** A mark, and the revision that its writer had read; null where it made the document. */
export interface Entry {
  readonly mark: string
  readonly after: string | null
}

/** A document, as it is answered. */
export interface MarkedDocument {
  readonly _id: string
  readonly _rev: string
  readonly history: readonly Entry[]
}

/** A write that was answered with success. */
export interface Acknowledgement {
  readonly mark: string
  readonly id: string
  readonly revision: string
  readonly server: number
  readonly at: number
}

/** What the clients have seen so far. */
export interface MarksRecord {
  readonly acknowledged: Acknowledgement[]
  /** Marks whose request had no answer or 503, and that a later read has shown. */
  readonly found: string[]
  /** Marks that may have been written or not when the clients stopped. */
  readonly open: string[]
  /** When a request was answered 503 or its connection closed. */
  readonly refusals: Array<{ readonly kind: 503 | 'closed', readonly server: number, readonly at: number }>
  /** How many updates were answered 412. */
  stale: number
  /** What must not happen. */
  readonly faults: string[]
}

export interface MarksSettings {
  readonly servers: ReadonlyArray<{ readonly url: string | undefined }>
  readonly clients: number
  /** How many documents are written at a time: the fewer, the more races. */
  readonly lanes: number
  readonly random: () => number
}

interface Owner {
  readonly teardown: (end: () => Promise<unknown>) => unknown
}

/** A document is left for the next one of its lane when it holds so many marks, so that the last is as quick as the first. */
const capacity = 50

/**
 * Clients that each add one mark after another to documents that they share: read, update with `If-Match`, again on 412,
 * and on 503 or a closed connection again after a look whether the mark is there.
 */
export function startMarks (owner: Owner, settings: MarksSettings): { readonly record: MarksRecord, readonly stop: () => Promise<MarksRecord> } {
  const record: MarksRecord = { acknowledged: [], found: [], open: [], refusals: [], stale: 0, faults: [] }
  const agent = new Agent({ keepAlive: true })
  const lanes = Array.from({ length: settings.lanes }, (_, lane) => ({ lane, number: 0 }))
  const state = { stopped: false }
  const clients = Array.from({ length: settings.clients }, async (_, client) => {
    const lane = lanes[client % lanes.length] ?? { lane: 0, number: 0 }
    for (let number = 0; !state.stopped; number++) await addMark({ ...settings, record, agent, state }, `${client}:${number}`, lane)
  })
  const ended = Promise.allSettled(clients).then((results) => {
    for (const result of results) if (result.status === 'rejected') record.faults.push(String(result.reason))
    agent.destroy()
  })
  const stop = async (): Promise<MarksRecord> => {
    state.stopped = true
    await ended
    return record
  }
  owner.teardown(stop)
  return { record, stop }
}

interface Work extends MarksSettings {
  readonly record: MarksRecord
  readonly agent: Agent
  readonly state: { readonly stopped: boolean }
}

async function addMark (work: Work, mark: string, lane: { readonly lane: number, number: number }): Promise<void> {
  const { record } = work
  // Whether an attempt may have been carried out although nobody said so.
  let doubt = false
  let { number } = lane
  while (!work.state.stopped) {
    const id = `${lane.lane}-${number}`
    const read = await ask(work, { method: 'GET', url: `/documents/${id}` }, [200, 404])
    if (read === undefined) continue
    const document = read.status === 200 ? read.body as MarkedDocument : undefined
    if (document?.history.some((entry) => entry.mark === mark) === true) {
      record.found.push(mark)
      if (!doubt) record.faults.push(`${mark} is in ${id}, though every attempt to write it was refused`)
      return
    }
    if (document !== undefined && document.history.length >= capacity) {
      lane.number = Math.max(lane.number, ++number)
      continue
    }
    const write = await ask(work, {
      method: 'PUT',
      url: `/documents/${id}`,
      headers: document === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${document._rev}"` },
      content: { history: [...document?.history ?? [], { mark, after: document?._rev ?? null }] }
    }, [document === undefined ? 201 : 200, 412])
    if (write === undefined) doubt = true
    else if (write.status === 412) record.stale++
    else {
      const { _rev: revision } = write.body as MarkedDocument
      record.acknowledged.push({ mark, id, revision, server: write.server, at: performance.now() })
      return
    }
  }
  if (doubt) record.open.push(mark)
}

/** One request to one of the servers that are up; undefined where it was not answered, or 503. */
async function ask ({ servers, record, agent, random }: Work, { url: path, ...rest }: Ask, expected: readonly number[]): Promise<(Answer & { readonly server: number }) | undefined> {
  const server = servers.indexOf(pick(servers, random))
  const url = servers[server]?.url
  if (url === undefined) {
    await sleep(10)
    return undefined
  }
  const answer = await exchange(agent, { ...rest, url: url + path })
  if (answer !== 'closed' && expected.includes(answer.status)) return { ...answer, server }
  if (answer === 'closed' || answer.status === 503) {
    record.refusals.push({ kind: answer === 'closed' ? 'closed' : 503, server, at: performance.now() })
    if (answer !== 'closed' && answer.headers['retry-after'] === undefined) record.faults.push(`${rest.method} ${path}: 503 without Retry-After`)
    await sleep(20 + random() * 40)
    return undefined
  }
  record.faults.push(`${rest.method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  await sleep(200)
  return undefined
}
