import autocannon from 'autocannon'
import { contentOf, idOf, size } from './documents.js'

const connections = 32
// So many documents each connection updates in turn, and nobody else does: others in each of some rounds that follow one
// another, as what was under way when a round ended may be written in the next one.
const owned = 100
const sets = Math.floor(size / (connections * owned))
const json = { 'content-type': 'application/json' }
const pageUrl = `/cities?${new URLSearchParams({ _queryFilter: 'country eq "DE"', _sortKeys: '-population', _pageSize: '20' })}`

/**
 * The kinds of work: each prepares a round on a server, and makes the requests that the connection of a number repeats. Requests
 * without `setupRequest` are bytes before the round begins, so that making them costs the load nothing.
 */
export const work = {
  read: { requests: () => Array.from({ length: 200 }, () => ({ method: 'GET', path: `/cities/${idOf(Math.floor(Math.random() * size))}` })) },
  query: { requests: () => [{ method: 'GET', path: pageUrl }] },
  update: { prepare: readOwned, requests: (connection, documents) => [updates(documents[connection])] },
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

/** The documents that connections update in this round, with their revisions: those of a connection one after the other. */
async function readOwned (server) {
  const set = server.nextSet ?? 0
  server.nextSet = (set + 1) % sets
  return Promise.all(Array.from({ length: connections }, (_, connection) => readDocuments(server, (set * connections + connection) * owned)))
}

async function readDocuments ({ origin }, first) {
  const documents = []
  for (let number = first; number < first + owned; number++) {
    const path = `/cities/${idOf(number)}`
    documents.push({ number, path, revision: (await (await fetch(origin + path)).json())._rev })
  }
  return documents
}

/** Updates documents in turn, each at the revision that its last answer has told. */
function updates (documents) {
  let turn = -1
  return {
    method: 'PUT',
    setupRequest (request) {
      turn = (turn + 1) % documents.length
      const { number, path, revision } = documents[turn]
      // Another population each time: what changes nothing is not written, and an index has to follow.
      const body = JSON.stringify(contentOf(number, Math.floor(Math.random() * 10_000_000)))
      return { ...request, path, headers: { ...json, 'if-match': `"${revision}"` }, body }
    },
    onResponse (status, body) {
      documents[turn].revision = /"_rev":"([^"]*)"/.exec(body)?.[1]
    }
  }
}
