import { deepStrictEqual } from 'node:assert/strict'
import { contentIn } from './dialects.js'
import { contentOf, idOf } from './documents.js'
import { contenders } from './contenders.js'

const json = { 'content-type': 'application/json' }

/**
 * Throws unless a server answers each of its works as it should: the same contents as all others, with the statuses that the
 * works are about. Returns what it has answered, without what it makes by itself.
 */
export async function agree (server) {
  const { works } = contenders[server.name]
  const answers = {}
  for (const work of works) {
    try {
      answers[work] = await checks[work](server)
    } catch (error) {
      throw new Error(`${server.name} does not do ${work}: ${error.message}`, { cause: error })
    }
  }
  return answers
}

/**
 * Throws unless two servers that speak of documents alike have answered alike.
 *
 * @param withAdded whether in the header fields that Common REST adds, too
 */
export function agreeAlike (ours, theirs, { withAdded }) {
  deepStrictEqual(compared(ours, withAdded), compared(theirs, withAdded))
}

function compared (answers, withAdded) {
  return Object.fromEntries(Object.entries(answers).map(([work, { added, ...answer }]) => [work, withAdded ? { added, ...answer } : answer]))
}

const checks = {
  async read (server) {
    const answer = await ask(server, path(7))
    deepStrictEqual([answer.status, contentIn(answer.body)], [200, contentOf(7, server.size)])
    return common(answer)
  },
  async list (server) {
    const answer = await ask(server, server.dialect.list)
    deepStrictEqual([answer.status, server.dialect.results(answer.body).map(contentIn)], [200, first(20, server.size, () => true)])
    return common(answer)
  },
  async filtered (server) {
    const answer = await ask(server, server.dialect.filtered)
    deepStrictEqual([answer.status, server.dialect.results(answer.body).map(contentIn)], [200, first(20, server.size, ({ country }) => country === 'DE')])
    return common(answer)
  },
  async 'read-304' (server) {
    const { etag } = await ask(server, path(7))
    // Without a Cache-Control of its own, fetch sends one that forbids 304.
    return expectStatus(304, await ask(server, path(7), { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } }))
  },
  async update (server) {
    const content = contentOf(900, server.size, 5)
    const answer = await change(server, 900, 'PUT', JSON.stringify(server.dialect.encode(content)))
    if (server.name !== 'floor') deepStrictEqual(contentIn((await ask(server, path(900))).body), content)
    return expectStatus(200, answer)
  },
  async patch (server) {
    const answer = await change(server, 901, 'PATCH', server.dialect.patch(6))
    if (server.name !== 'floor') deepStrictEqual(contentIn((await ask(server, path(901))).body), contentOf(901, server.size, 6))
    return expectStatus(200, answer)
  },
  async create (server) {
    const body = JSON.stringify(server.dialect.encode(contentOf(12, server.size)))
    const answer = await ask(server, '/cities', { method: 'POST', headers: json, body })
    return expectStatus(server.dialect.created, answer)
  },
  async 'update-412' (server) {
    const body = JSON.stringify(server.dialect.encode(contentOf(7, server.size)))
    return expectStatus(412, await ask(server, path(7), { method: 'PUT', headers: { ...json, 'if-match': '"stale"' }, body }))
  },
  async 'read-404' (server) {
    return expectStatus(404, await ask(server, '/cities/absent'))
  },
  async 'read-503' (server) {
    await server.ask('disable')
    const answer = await ask(server, path(7))
    await server.ask('enable')
    return expectStatus(503, answer)
  }
}

async function change (server, number, method, body) {
  const { body: { _rev } } = await ask(server, path(number))
  return ask(server, path(number), { method, headers: _rev === undefined ? json : { ...json, 'if-match': `"${_rev}"` }, body })
}

async function ask ({ origin }, target, options) {
  const response = await fetch(origin + target, options)
  const text = await response.text()
  const { headers } = response
  return {
    status: response.status,
    etag: headers.get('etag'),
    headers: Object.fromEntries(['content-type', 'cache-control', 'retry-after'].map((name) => [name, headers.get(name)])),
    added: { vary: headers.get('vary'), version: headers.get('content-api-version'), isTraced: headers.has('x-forgerock-transactionid') },
    isLocated: headers.get('location')?.startsWith(`${origin}/cities/`),
    body: text === '' ? undefined : JSON.parse(text)
  }
}

function expectStatus (status, answer) {
  deepStrictEqual(answer.status, status)
  return common(answer)
}

/** An answer without ids, revisions, tags, cookies and texts of errors. */
function common ({ status, etag, headers, added, isLocated, body }) {
  const { _id, _rev, message, result, pagedResultsCookie, ...others } = body ?? {}
  return { status, headers, added, isTagged: etag !== null, isLocated, others, hasMore: typeof pagedResultsCookie, documents: result?.map(({ _rev, ...document }) => document) }
}

function first (number, size, isWanted) {
  const contents = []
  for (let next = 0; contents.length < number; next++) {
    const content = contentOf(next, size)
    if (isWanted(content)) contents.push(content)
  }
  return contents
}

function path (number) {
  return `/cities/${idOf(number)}`
}
