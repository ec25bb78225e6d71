import compress from '@fastify/compress'
import t from 'tap'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { compose, isError, json, places } from './app.ts'
import type { Answer } from './app.ts'
import { everywhere } from './exchanges.ts'

const decoders = { gzip: gunzipSync, br: brotliDecompressSync }

for (const [coding, decoder] of Object.entries(decoders)) {
  const decode = (answer: Answer): Answer => {
    const { headers, body } = answer
    return headers['content-encoding'] === coding ? { ...answer, body: decoder(body) } : answer
  }

  for (const [settings, how] of [[{ threshold: 0 }, 'at once'], [{ threshold: 0, syncThreshold: 0 }, 'as a stream'], [{}, 'from its threshold on']] as const) {
    t.test(`answers are coded by ${coding}, ${how}`, async (t) => {
      await everywhere(t, async (instance) => instance.register(compress, settings), (t, { name, method, status }, { headers, body }) => {
        const isCoded = headers['content-encoding'] !== undefined
        if (name === 'a read' || name === 'a list') t.equal(headers['content-encoding'], coding, `${name} is coded`)
        if (status === 304 || status === 204) t.notOk(isCoded, `${name}: nothing to code`)
        if (isCoded) t.match(headers['vary'], /\baccept-encoding\b/, `${name}: a cache keeps codings apart`)
        if (isCoded && status < 400) t.match(headers['vary'], /^Accept, Accept-API-Version, /, `${name}: and what it varied by before`)
        if (headers['content-length'] !== undefined && method !== 'HEAD') t.equal(Number(headers['content-length']), body.length, `${name}: the length is right`)
      }, { headers: { 'accept-encoding': coding }, decode })
    })
  }
}

for (const place of places) {
  t.test(`tags serve coded and uncoded, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(compress, { threshold: 0 }))
    for (const path of ['/notes/a', '/notes']) {
      const plain = await ask(path)
      const coded = await ask(path, { headers: { 'accept-encoding': 'gzip' } })
      const tag = String(coded.headers['etag'])
      t.equal(tag, plain.headers['etag'], `${path}: one tag`)
      t.strictSame(json({ ...coded, body: gunzipSync(coded.body) }), json(plain), `${path}: one content`)
      const head = await ask(path, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
      for (const name of ['etag', 'content-encoding', 'content-length', 'vary']) t.equal(head.headers[name], coded.headers[name], `HEAD ${path}: ${name}`)
      for (const headers of [{ 'accept-encoding': 'gzip' }, {}, { 'accept-encoding': 'br' }]) {
        const known = await ask(path, { headers: { ...headers, 'if-none-match': tag } })
        t.equal(known.status, 304, `${path}: the tag is known`)
        t.equal(known.headers['etag'], tag)
        t.notOk(known.headers['content-encoding'] ?? known.headers['content-type'] ?? known.headers['content-length'])
      }
      // A proxy that codes by itself weakens the tag.
      t.equal((await ask(path, { headers: { 'if-none-match': `W/${tag}` } })).status, 304, `${path}: weakened by a proxy`)
    }
    const { headers } = await ask('/notes/a', { headers: { 'accept-encoding': 'br' } })
    const written = await ask('/notes/a', { method: 'PUT', headers: { 'if-match': String(headers['etag']), 'accept-encoding': 'br' }, content: { text: 'new' } })
    t.equal(written.status, 200, 'the tag of a coded answer is that of If-Match')
    isError(t, await ask('/notes/a', { method: 'PUT', headers: { 'if-match': String(headers['etag']) }, content: { text: 'newer' } }), 412, 'once')
  })

  t.test(`coded content is refused before it is decoded, ${place.name}`, async (t) => {
    const { ask } = await compose(t, place, async (instance) => instance.register(compress, { threshold: 0 }))
    for (const [name, coding, bytes] of [
      ['content that could be decoded', 'gzip', gzipSync('{"text":"coded"}')],
      ['content that could not', 'gzip', Buffer.from('{"text":"plain"}')],
      ['an unknown coding', 'sdch', Buffer.from('{"text":"plain"}')]
    ] as const) {
      isError(t, await ask('/notes/a', { method: 'PUT', headers: { 'content-encoding': coding }, bytes }), 415, name)
    }
    t.equal((await ask('/notes/a', { method: 'PUT', headers: { 'content-encoding': 'identity' }, content: { text: 'plain' } })).status, 200, 'identity codes nothing')
    t.equal((await ask('/notes/a', { method: 'DELETE', headers: { 'content-encoding': 'gzip' } })).status, 200, 'nor does it where content means nothing')
  })
}
