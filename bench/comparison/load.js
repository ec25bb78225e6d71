import { fire } from '../harness/fire.js'
import { contentOf, idOf } from './documents.js'

const json = { 'content-type': 'application/json' }
// So many documents each connection changes in turn, and nobody else does: others in each of some rounds that follow one
// another, as what was under way when a round ended may be written in the next one.
const owned = 5

/**
 * The kinds of work by name: the status that is expected (for creates, what the contender calls created), what prepares a round, and the requests that the connection of a
 * number repeats. Requests without `setupRequest` are bytes before the round begins, so that making them costs the load nothing.
 */
export const works = {
  read: { status: 200, requests: ({ count }) => some(count).map((path) => ({ method: 'GET', path })) },
  'read-304': { status: 304, prepare: readTags, requests: (_, __, tagged) => tagged.map(({ path, etag }) => ({ method: 'GET', path, headers: { 'if-none-match': etag } })) },
  list: { status: 200, requests: ({ dialect }) => [{ method: 'GET', path: dialect.list }] },
  filtered: { status: 200, requests: ({ dialect }) => [{ method: 'GET', path: dialect.filtered }] },
  update: { status: 200, prepare: readOwned, requests: (server, connection, documents) => [changes(server, documents[connection], 'PUT')] },
  patch: { status: 200, prepare: readOwned, requests: (server, connection, documents) => [changes(server, documents[connection], 'PATCH')] },
  'update-412': { status: 412, requests: (server) => some(server.count).map((path, number) => ({ method: 'PUT', path, headers: { ...json, 'if-match': '"stale"' }, body: bodyOf(server, number) })) },
  'read-404': { status: 404, requests: () => Array.from({ length: 200 }, (_, number) => ({ method: 'GET', path: `/cities/absent-${number}` })) },
  'read-503': { status: 503, disabled: true, requests: ({ count }) => some(count).map((path) => ({ method: 'GET', path })) },
  // Creates make collections grow: they come last.
  create: { requests: (server, connection) => Array.from({ length: 20 }, (_, index) => ({ method: 'POST', path: '/cities', headers: json, body: bodyOf(server, connection * 20 + index) })) }
}

/** Does one kind of work for some seconds. */
export async function round (server, work, connections, seconds) {
  const { status = server.dialect.created, prepare, requests, disabled } = works[work]
  const state = await prepare?.(server, connections)
  if (disabled) await server.ask('disable')
  const { p50, p99, ...result } = await fire(server, { connections, seconds, status, requests: (connection) => requests(server, connection, state) })
  if (disabled) await server.ask('enable')
  return result
}

function some (count) {
  return Array.from({ length: 200 }, () => `/cities/${idOf(Math.floor(Math.random() * count))}`)
}

function bodyOf ({ dialect, size }, number) {
  return JSON.stringify(dialect.encode(contentOf(number, size)))
}

async function readTags ({ origin, count }) {
  return Promise.all(some(count).map(async (path) => {
    const response = await fetch(origin + path)
    await response.arrayBuffer()
    return { path, etag: response.headers.get('etag') }
  }))
}

/** The documents that connections change in this round, with their revisions: those of a connection one after the other. */
async function readOwned (server, connections) {
  // Two sets at least: what was under way when a round ended may be written in the next one.
  const each = Math.min(owned, Math.floor(server.count / (connections * 2)))
  // Fewer sets where there are more connections than in the round before.
  const set = (server.nextSet ?? 0) % Math.floor(server.count / (connections * each))
  server.nextSet = set + 1
  return Promise.all(Array.from({ length: connections }, (_, connection) => readDocuments(server, (set * connections + connection) * each, each)))
}

async function readDocuments ({ origin }, first, count) {
  const documents = []
  for (let number = first; number < first + count; number++) {
    const path = `/cities/${idOf(number)}`
    documents.push({ number, path, revision: (await (await fetch(origin + path)).json())._rev })
  }
  return documents
}

/** Changes documents in turn, each at the revision that its last answer has told, where it tells one. */
function changes ({ dialect, size }, documents, method) {
  let turn = -1
  const bodies = method === 'PATCH' ? documents.map(() => dialect.patch) : documents.map(({ number }) => updateBody(dialect, number, size))
  return {
    method,
    setupRequest (request) {
      turn = (turn + 1) % documents.length
      const { path, revision } = documents[turn]
      // Another population each time: what changes nothing is not written, and an index has to follow.
      const body = bodies[turn](Math.floor(Math.random() * 10_000_000))
      return { ...request, path, headers: revision === undefined ? json : { ...json, 'if-match': `"${revision}"` }, body }
    },
    onResponse (status, body) {
      documents[turn].revision = /"_rev":"([^"]*)"/.exec(body)?.[1]
    }
  }
}

/** Makes bodies that differ in their population, without making the JSON of all the rest again. */
function updateBody (dialect, number, size) {
  const [before, after] = JSON.stringify(dialect.encode(contentOf(number, size, -1))).split('"population":-1')
  return (population) => `${before}"population":${population}${after}`
}
