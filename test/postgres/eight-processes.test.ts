import t from 'tap'
import { send, startServer } from '../processes/server.ts'
import { startCluster } from './cluster.ts'

t.test('eight processes that start at once on an empty database all serve it', { timeout: 120_000 }, async (t) => {
  const cluster = await startCluster(t)
  const url = await cluster.createDatabase('empty')
  const servers = await Promise.all(Array.from({ length: 8 }, async () => startServer(url, { storeOptions: { poolSize: 2 } })))
  t.teardown(async () => { await Promise.all(servers.map(async ({ kill }) => kill())) })
  const created = await Promise.all(servers.map(async (server, n) => send('PUT', `${server.url}/lists/list-${n}`, { name: `list ${n}` }, { 'if-none-match': '*' })))
  t.same(created.map(({ status }) => status), servers.map(() => 201))
  // The name is unique, whoever asks.
  const clashing = await Promise.all(servers.map(async (server, n) => send('POST', `${server.url}/lists`, { name: `list ${(n + 1) % 8}` })))
  t.same(clashing.map(({ status }) => status), servers.map(() => 409))
  const pages = await Promise.all(servers.map(async (server) => (await send('GET', `${server.url}/lists?_totalPagedResultsPolicy=EXACT`)).json() as Promise<{ totalPagedResults: number }>))
  t.same(pages.map(({ totalPagedResults }) => totalPagedResults), servers.map(() => 8))
})
