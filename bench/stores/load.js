import autocannon from 'autocannon'
import { contentOf, idOf, size } from './documents.js'

const connections = 32
// So many documents each connection updates in turn, and nobody else does.
const owned = 100
const json = { 'content-type': 'application/json' }
const pageUrl = `/cities?${new URLSearchParams({ _queryFilter: 'country eq "DE"', _sortKeys: '-population', _pageSize: '20' })}`

/**
 * The kinds of work: each prepares a round on a server, and makes the requests that the connection of a number repeats. Requests
 * without `setupRequest` are bytes before the round begins, so that making them costs the load nothing.
 */
export const work = {
  read: { requests: () => Array.from({ length: 200 }, () => ({ method: 'GET', path: `/cities/${idOf(Math.floor(Math.random() * size))}` })) },
  query: { requests: () => [{ method: 'GET', path: pageUrl }] },
  update: { prepare: readRevisions, requests: (connection, revisions) => [updates(connection, revisions)] },
  // Creates make collections grow: they come last.
  create: { requests: (connection) => Array.from({ length: 50 }, (_, index) => ({ method: 'POST', path: '/cities', headers: json, body: JSON.stringify(contentOf(connection * 50 + index)) })) }
}

/** Does one kind of work for some seconds; returns the requests and the server's microseconds of processor time. */
export async function round (server, { prepare, requests }, seconds) {
  const state = await prepare?.(server)
  let connection = 0
  const before = await server.cpu()
  const result = await autocannon({
    url: server.origin,
    connections,
    duration: seconds,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(requests(connection++, state))
  })
  const cpu = await server.cpu() - before
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${server.name}: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`)
  return { perSecond: result['2xx'] / result.duration, cpu: cpu / result['2xx'] }
}

/** The revisions of the documents that connections update. What was under way when the last round ended is done before. */
async function readRevisions ({ origin }) {
  const revisions = new Map()
  const read = async (connection) => {
    for (let index = 0; index < owned; index++) {
      const id = idOf(connection * owned + index)
      revisions.set(id, (await (await fetch(`${origin}/cities/${id}`)).json())._rev)
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, connection) => read(connection)))
  return revisions
}

/** Updates the documents of a connection in turn, each at the revision that its last answer has told. */
function updates (connection, revisions) {
  let turn = 0
  let id
  return {
    method: 'PUT',
    setupRequest (request) {
      const number = connection * owned + turn++ % owned
      id = idOf(number)
      // Another population each time: what changes nothing is not written, and an index has to follow.
      const body = JSON.stringify(contentOf(number, Math.floor(Math.random() * 10_000_000)))
      return { ...request, path: `/cities/${id}`, headers: { ...json, 'if-match': `"${revisions.get(id)}"` }, body }
    },
    onResponse (status, body) {
      revisions.set(id, /"_rev":"([^"]*)"/.exec(body)?.[1])
    }
  }
}
