import { Agent } from 'node:http'
import { exchange } from './http-client.ts'
import type { MarkedDocument, MarksRecord } from './marks.ts'
import type { Server } from './servers.ts'

/** What is wrong with the documents at the end; every list should be empty. */
export interface Verdict {
  /** Acknowledged, or seen by a read, and not there. */
  readonly missing: readonly string[]
  /** There more than once. */
  readonly doubled: readonly string[]
  /** There although no client has written it, or not told of it. */
  readonly unknown: readonly string[]
  /** Entries that do not follow the one before, in a document whose history is thus no single line. */
  readonly astray: readonly string[]
  /** What the clients have noticed themselves. */
  readonly faults: readonly string[]
}

/** The verdict on a store that keeps its promises. */
export const nothingWrong: Verdict = { missing: [], doubled: [], unknown: [], astray: [], faults: [] }

/** The documents of the clients, asked of one server. */
async function readDocuments (url: string | undefined, lanes: number): Promise<MarkedDocument[]> {
  const agent = new Agent({ keepAlive: true })
  const documents: MarkedDocument[] = []
  for (let lane = 0; lane < lanes; lane++) {
    for (let number = 0; ; number++) {
      const answer = await exchange(agent, { method: 'GET', url: `${url}/documents/${lane}-${number}` })
      if (answer === 'closed' || (answer.status !== 200 && answer.status !== 404)) throw new Error(`${lane}-${number} cannot be read`)
      if (answer.status === 404) break
      documents.push(answer.body as MarkedDocument)
    }
  }
  agent.destroy()
  return documents
}

/** Judges what every server has at the end; returns the figures. */
export async function judgeServers (t: Judge, servers: readonly Server[], record: MarksRecord, lanes: number): Promise<{ readonly missing: number, readonly 'written twice': number }> {
  const verdicts = await Promise.all(servers.map(async ({ url }) => judgeMarks(record, await readDocuments(url, lanes))))
  for (const verdict of verdicts) t.strictSame(verdict, nothingWrong)
  return {
    missing: Math.max(...verdicts.map(({ missing }) => missing.length)),
    'written twice': Math.max(...verdicts.map(({ doubled }) => doubled.length))
  }
}

interface Judge {
  readonly strictSame: (found: unknown, wanted: unknown) => unknown
}

/** Judges what the clients were told by what is there. */
export function judgeMarks (record: MarksRecord, documents: readonly MarkedDocument[]): Verdict {
  const acknowledged = new Map(record.acknowledged.map((acknowledgement) => [acknowledgement.mark, acknowledgement]))
  const told = [...acknowledged.keys(), ...record.found]
  const possible = new Set([...told, ...record.open])
  const seen = new Set<string>()
  const [doubled, unknown, astray]: [string[], string[], string[]] = [[], [], []]
  for (const { _id, _rev, history } of documents) {
    const revisions = new Set<string | null>()
    for (const [index, { mark, after }] of history.entries()) {
      if (seen.has(mark)) doubled.push(mark)
      if (!possible.has(mark)) unknown.push(mark)
      seen.add(mark)
      // The revision that this entry led to is the one that the next was based on, or the last.
      const next = history[index + 1]
      const led = next === undefined ? _rev : next.after
      const answered = acknowledged.get(mark)
      const follows = index === 0 ? after === null : after !== null && !revisions.has(after)
      revisions.add(after)
      if (!follows || (answered !== undefined && (answered.revision !== led || answered.id !== _id))) astray.push(`${_id}: ${mark}`)
    }
  }
  return { missing: told.filter((mark) => !seen.has(mark)), doubled, unknown, astray, faults: record.faults }
}
