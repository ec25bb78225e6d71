import type { Test } from 'tap'
import { compose, isError, json, places } from './app.ts'
import type { Answer, Other, Place, Question } from './app.ts'

/** One request to the resources of `declareNotes`, and the status that it has wherever they are. */
export interface Exchange extends Question {
  readonly name: string
  readonly path: string
  readonly status: number
  /** Whether no target has that path. */
  readonly unknown?: boolean
}

/** Every kind of answer, in an order in which they come out so; `tag` is that of the document `a`. */
function exchangesOf (tag: string): readonly Exchange[] {
  const other = { text: 'other' }
  return [
    { name: 'a read', path: '/notes/a', status: 200 },
    { name: 'a HEAD', path: '/notes/a', method: 'HEAD', status: 200 },
    { name: 'a read of what is known', path: '/notes/a', headers: { 'if-none-match': tag }, status: 304 },
    { name: 'a list', path: '/notes', status: 200 },
    { name: 'a HEAD of a list', path: '/notes', method: 'HEAD', status: 200 },
    { name: 'a list that is known', path: '/notes', headers: { 'if-none-match': '*' }, status: 304 },
    { name: 'OPTIONS', path: '/notes/a', method: 'OPTIONS', status: 204 },
    { name: 'an action', path: '/notes/a?_action=shout', method: 'POST', status: 200 },
    { name: 'an absent document', path: '/notes/absent', status: 404 },
    { name: 'an unknown path', path: '/nothing/at/all', status: 404, unknown: true },
    { name: 'a path below a document', path: '/notes/a/b', status: 404 },
    { name: 'a method that is not declared', path: '/notes', method: 'DELETE', status: 405 },
    { name: 'another media type', path: '/notes/a', method: 'PUT', headers: { 'content-type': 'text/plain' }, content: other, status: 415 },
    { name: 'content that breaks the schema', path: '/notes/a', method: 'PUT', content: { text: 1 }, status: 400 },
    { name: 'a stale update', path: '/notes/a', method: 'PUT', headers: { 'if-match': '"stale"' }, content: other, status: 412 },
    { name: 'a failure', path: '/broken/a', status: 500 },
    { name: 'an action that is not declared', path: '/notes?_action=nothing', method: 'POST', status: 501 },
    { name: 'a disabled resource', path: '/closed/a', status: 503 },
    { name: 'an update', path: '/notes/a', method: 'PUT', headers: { 'if-match': tag, prefer: 'return=minimal' }, content: other, status: 200 },
    { name: 'a create', path: '/notes', method: 'POST', content: other, status: 201 },
    { name: 'a create by PUT', path: '/notes/b', method: 'PUT', headers: { 'if-none-match': '*' }, content: other, status: 201 },
    { name: 'a create by PUT of what is there', path: '/notes/b', method: 'PUT', headers: { 'if-none-match': '*' }, content: other, status: 412 },
    { name: 'a merge patch', path: '/notes/b', method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, content: { text: 'patched' }, status: 200 },
    { name: 'a delete', path: '/notes/b', method: 'DELETE', status: 200 }
  ]
}

/**
 * Asks all {@link exchangesOf} of applications with another plugin in each of the {@link places}, asserts that it changes
 * no status and no error object, and hands each answer on.
 */
export async function everywhere (
  t: Test,
  other: Other,
  check: (t: Test, exchange: Exchange, answer: Answer, place: Place) => void,
  { headers = {}, decode = (answer) => answer }: { readonly headers?: Readonly<Record<string, string>>, readonly decode?: (answer: Answer) => Answer } = {}
): Promise<void> {
  for (const place of places) {
    await t.test(place.name, async (t) => {
      const { ask } = await compose(t, place, other)
      const tag = String((await ask('/notes/a', { headers })).headers['etag'])
      t.match(tag, /^"[^"]+"$/)
      for (const exchange of exchangesOf(tag)) {
        const answer = await ask(exchange.path, { ...exchange, headers: { ...headers, ...exchange.headers } })
        if (exchange.method === 'HEAD' || exchange.status === 304 || exchange.status === 204) {
          t.equal(answer.status, exchange.status, exchange.name)
          t.equal(answer.body.length, 0, `${exchange.name}: no content`)
        } else if (exchange.status >= 400) isError(t, decode(answer), exchange.status, exchange.name)
        else {
          t.equal(answer.status, exchange.status, exchange.name)
          json(decode(answer))
        }
        if (exchange.name === 'a read') t.equal(answer.headers['etag'], tag, 'the tag is the revision')
        check(t, exchange, answer, place)
      }
    })
  }
}
