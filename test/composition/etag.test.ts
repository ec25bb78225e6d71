import etag from '@fastify/etag'
import { createHash } from 'node:crypto'
import t from 'tap'
import { compose, isError, json, places } from './app.ts'
import { everywhere } from './exchanges.ts'

for (const settings of [{}, { replyWith304: false }, { weak: true }]) {
  const name = JSON.stringify(settings)

  t.test(`it tags and decides nothing that has a revision, ${name}`, async (t) => {
    await everywhere(t, async (instance) => instance.register(etag, settings), (t, { name, method, status, path }, { headers }) => {
      // The 404 of a path that is no resource's may have a tag.
      if (status === 404 && name !== 'an absent document') return
      const tagged = status < 400 && method !== 'OPTIONS' && method !== 'DELETE' && !path.includes('_action')
      t.equal(headers['etag'] !== undefined, tagged || status === 412, `${name}: ${tagged ? 'tagged' : 'no tag'}`)
    })
  })

  for (const place of places) {
    t.test(`it makes no 304 of a write, ${name}, ${place.name}`, async (t) => {
      const { ask } = await compose(t, place, async (instance) => instance.register(etag, settings))
      const read = await ask('/notes/a')
      const tag = String(read.headers['etag'])
      t.equal(tag, `"${(json(read) as { readonly _rev: string })._rev}"`, 'the tag is the revision')
      isError(t, await ask('/notes/a', { method: 'PUT', headers: { 'if-none-match': tag }, content: { text: 'x' } }), 412, 'PUT')
      isError(t, await ask('/notes/a', { method: 'PATCH', headers: { 'if-none-match': tag }, content: [] }), 412, 'PATCH')
      isError(t, await ask('/notes/a', { method: 'DELETE', headers: { 'if-none-match': tag } }), 412, 'DELETE')
      // A write that changes nothing keeps the revision, so that its answer has the tag that was sent.
      const same = await ask('/notes/a', { method: 'PUT', headers: { 'if-match': tag, 'if-none-match': '"other"' }, content: { text: (json(read) as { readonly text: string }).text } })
      t.equal(same.status, 200, 'PUT of the same')
      t.equal(same.headers['etag'], tag)
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) t.equal((await ask('/notes/a', { headers: { 'if-none-match': known } })).status, 304, known)
      t.equal((await ask('/notes/a', { headers: { 'if-none-match': '"other"' } })).status, 200)
    })
  }
}

for (const place of places) {
  t.test(`a tag that was made of an error makes no 304 either, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => {
      await instance.register(etag)
      instance.get('/own', async () => 'mine')
    })
    const own = await ask('/own')
    t.equal((await ask('/own', { headers: { 'if-none-match': String(own.headers['etag']) } })).status, 304, 'it goes on with routes of its own')
    // The hashes that it would compare are those of these very answers.
    for (const [path, code] of [['/notes/absent', 404], ['/notes?_bogus=1', 400], ['/closed/a', 503]] as const) {
      const { body } = await ask(path)
      const hash = `"${createHash('sha1').update(body).digest('base64')}"`
      isError(t, await ask(path, { headers: { 'if-none-match': hash } }), code, path)
    }
    const list = await ask('/notes')
    t.equal((await ask('/notes', { headers: { 'if-none-match': `W/${String(list.headers['etag'])}, "x"` } })).status, 304, 'a list is compared weakly, in lists')
  })
}
