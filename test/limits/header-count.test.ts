import t from 'tap'
import { buildApp } from '../plugin/app.ts'
import { listen, refusedOnce, send } from '../plugin/raw.ts'

function fields (count: number): string {
  return Array.from({ length: count }, (_, n) => `a${n}:1\r\n`).join('')
}

t.test('a condition behind a thousand header fields, which Node drops, is never ignored', async (t) => {
  // The most that can be allowed.
  const app = await buildApp(t, { options: { limits: { headerCount: 999 } } })
  const things = app.resource('/things', {})
  const { revision } = await things.create({ kept: true }, { id: 'a' })
  const port = await listen(app)
  const remove = (count: number, condition: string): ReturnType<typeof send> => send(t, port, `DELETE /things/a HTTP/1.1\r\nHost:x\r\nConnection:close\r\n${fields(count)}${condition}\r\n`)
  for (const count of [997, 998, 999, 1000, 1500, 2100]) refusedOnce(t, await remove(count, 'If-Match:"stale"\r\n'), 400, `${count} more`)
  const [refusal] = await remove(996, 'If-Match:"stale"\r\n')
  t.equal(refusal?.status, 412, 'read as the last one of 999')
  t.equal((await things.read('a')).revision, revision)
  const [removed] = await remove(996, `If-Match:"${revision}"\r\n`)
  t.equal(removed?.status, 200)
})

t.test('too many header fields are refused before anything else is asked', async (t) => {
  let asked = 0
  const app = await buildApp(t, { options: { authenticate: () => { asked++; return null } } })
  const things = app.resource('/things', {})
  app.resource('/more', { limits: { headerCount: 200 } })
  const port = await listen(app)
  things.disable()
  const request = (path: string, count: number, method: string = 'GET'): ReturnType<typeof send> => send(t, port, `${method} ${path} HTTP/1.1\r\nHost:x\r\nConnection:close\r\n${fields(count)}\r\n`)
  for (const method of ['GET', 'OPTIONS', 'TRACE', 'PUT']) refusedOnce(t, await request('/things/a', 99, method), 400, method)
  t.equal((await request('/things/a', 98))[0]?.status, 503, 'a hundred are allowed')
  t.equal(asked, 0)
  t.equal((await request('/more/a', 198))[0]?.status, 401)
  refusedOnce(t, await request('/more/a', 199), 400, 'its own limit')
})

t.test('a server that keeps fewer fields makes the limit lower', async (t) => {
  const app = await buildApp(t)
  app.server.maxHeadersCount = 20
  const things = app.resource('/things', {})
  await things.create({}, { id: 'a' })
  const port = await listen(app)
  const remove = (count: number): ReturnType<typeof send> => send(t, port, `DELETE /things/a HTTP/1.1\r\nHost:x\r\nConnection:close\r\n${fields(count)}If-Match:"stale"\r\n\r\n`)
  t.equal((await remove(16))[0]?.status, 412)
  for (const count of [17, 18, 50]) refusedOnce(t, await remove(count), 400, String(count))
})
