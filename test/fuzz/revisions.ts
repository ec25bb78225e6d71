import { createHash } from 'node:crypto'
import { objectIn } from '../conformance/invariants.ts'
import { learnCookie, learnRevision } from './knowledge.ts'
import type { Answer } from '../hostile/answer-parser.ts'
import type { Knowledge } from './knowledge.ts'
import type { FuzzRequest } from './requests.ts'

/** What each revision of each document was seen to be, over the whole run. */
export type SeenRevisions = Map<string, string>

/**
 * Learns from an answer. A revision is one content: the same revision of an id with other content is a fault, as a revision
 * must never come again.
 */
export function learn (request: FuzzRequest, answer: Answer, knowledge: Knowledge, seen: SeenRevisions): string[] {
  const { target, path, method, parameters, unsure } = request
  if (target === undefined || unsure.has(1) || unsure.has(2) || ![200, 201].includes(answer.status) || method === 'HEAD') return []
  const names = new Set(parameters.map(([name]) => name.toLowerCase()))
  if (['_fields', '_mimetype', '_api', '_crestapi'].some((name) => names.has(name)) || parameters.some(([name, value]) => name === '_action' && value.toLowerCase() !== 'create')) return []
  if (answer.headers['preference-applied'] !== undefined) return []
  const value = objectIn(answer)
  if (value === null) return []
  if (path === target.path && target.kind === 'collection' && method === 'GET') {
    const cookie = value['pagedResultsCookie']
    if (typeof cookie === 'string') learnCookie(knowledge, path, new URLSearchParams(parameters.filter(([name]) => !name.startsWith('_paged')).map(([name, text]): [string, string] => [name, text])).toString(), cookie)
    return []
  }
  const { _rev: revision, _id: id, ...content } = value
  if (typeof revision !== 'string') return []
  const key = target.kind === 'singleton' ? target.path : `${target.path}/${encodeURIComponent(String(id))}`
  if (method !== 'DELETE') learnRevision(knowledge, key, revision)
  const hash = createHash('sha1').update(JSON.stringify(sorted(content))).digest('base64')
  const name = `${key} ${revision} ${answer.headers['content-api-version']}`
  const before = seen.get(name)
  seen.set(name, hash)
  return before === undefined || before === hash ? [] : [`revision ${revision} of ${key} was another content before`]
}

/** Stores promise no order of members. */
function sorted (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, member]) => [name, sorted(member)])
}
