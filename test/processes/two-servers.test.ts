import { join } from 'node:path'
import t from 'tap'
import { send, startServer } from './server.ts'

const writers = Array.from({ length: 50 }, (_, index) => `writer ${index}`)

t.test('50 writers with If-Match on one document of two server processes on one file lose no update', { timeout: 120_000 }, async (t) => {
  const store = `sqlite:${join(t.testdir({}), 'lists.db')}`
  const servers = await Promise.all([startServer(store), startServer(store)])
  t.teardown(async () => { await Promise.all(servers.map(async ({ kill }) => kill())) })
  const urls = servers.map(({ url }) => `${url}/lists/guests`)
  t.equal((await send('PUT', String(urls[0]), { name: 'guests', writers: [] }, { 'if-none-match': '*' })).status, 201)

  const revisions = new Set<unknown>()
  let stale = 0
  await Promise.all(writers.map(async (writer, index) => {
    for (let attempt = index; ; attempt++) {
      const url = String(urls[attempt % urls.length])
      const read = await send('GET', url)
      const { _rev, name, writers: before } = await read.json() as { _rev: string, name: string, writers: string[] }
      const answer = await send('PUT', url, { name, writers: [...before, writer] }, { 'if-match': `"${_rev}"` })
      const body = await answer.json() as { _rev: string }
      if (answer.status === 200) {
        revisions.add(body._rev)
        return
      }
      if (answer.status !== 412) throw new Error(`unexpected ${answer.status}`)
      stale++
    }
  }))

  t.comment(`${stale} attempts were stale`)
  t.equal(revisions.size, writers.length, 'as many revisions as 200s')
  for (const url of urls) {
    const { writers: written } = await (await send('GET', url)).json() as { writers: string[] }
    t.same(written.sort(), [...writers].sort(), 'every update is there')
  }
})
