import { createReadStream, existsSync } from 'node:fs'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { chromium } from 'playwright-core'
import t from 'tap'
import { Type } from 'typebox'
import { defineResource } from '../../lib/index.ts'
import { startResources } from './servers.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const dist = new URL('../../dist/', import.meta.url)
const skip = existsSync(executablePath) ? false : `there is no Chromium at ${executablePath}; the variable CHROMIUM names another`

const Counter = defineResource({ schema: Type.Object({ n: Type.Integer() }), revision: 'required' })

const html = '<!doctype html><script type="module">import * as client from "/dist/client.js"; globalThis.client = client</script>'

/** What runs in the page: nothing from outside is in its scope. */
const script = async (baseUrl: string): Promise<unknown> => {
  const { createClient, PreconditionFailed, queryFilter } = (globalThis as unknown as { readonly client: typeof import('../../lib/client.ts') }).client
  const counters = createClient({ baseUrl, retry: { maxWait: 0 } }).resource<typeof Counter>('/counters')
  const created = await counters.create({ n: 1 }, { id: 'a/ü' })
  const other = createClient({ baseUrl }).resource<typeof Counter>('/counters')
  await other.edit('a/ü', (content) => { content.n++ })
  const error = await counters.update('a/ü', { n: 9 }).catch((reason) => reason)
  await Promise.all([1, 2, 3].map(async () => other.edit('a/ü', (content) => { content.n++ })))
  const found = []
  for await (const { id, content } of counters.query({ filter: queryFilter`n eq ${5}`, pageSize: 1 })) found.push({ id, content })
  const closed = await createClient({ baseUrl, retry: { maxWait: 0 } }).resource('/closed').read('x').catch((reason) => reason)
  const redirected = await createClient({ baseUrl }).resource('/redirected').create({}).catch((reason) => reason)
  const controller = new AbortController()
  const aborted = counters.read('a/ü', { signal: controller.signal }).catch((reason) => reason)
  controller.abort(new Error('given up'))
  await counters.read('a/ü')
  return {
    id: created.id,
    stale: [error instanceof PreconditionFailed, error.statusCode],
    found,
    closed: [closed.statusCode, closed.retryAfter],
    redirected: [redirected.statusCode, redirected.message],
    aborted: (await aborted).message,
    deleted: (await counters.delete('a/ü')).content
  }
}

/** Serves a page and the built files that it loads, which are told by their names. */
function servePage (app: FastifyInstance): readonly string[] {
  const loaded: string[] = []
  app.get('/page', async (request, reply) => reply.type('text/html').send(html))
  app.get('/dist/*', async (request, reply) => {
    const file = (request.params as { '*': string })['*']
    loaded.push(file)
    reply.type('text/javascript')
    return createReadStream(new URL(file, dist))
  })
  return loaded
}

t.test('the built client runs in a page, on its own origin and on another', { skip, timeout: 120_000 }, async (t) => {
  const resources = await startResources(t, async (app) => {
    await app.register(cors, { methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], exposedHeaders: ['Retry-After'], strictPreflight: false })
    servePage(app)
    app.post('/redirected', async (request, reply) => reply.redirect('/counters', 307))
    app.resource('/counters', Counter)
    app.resource('/closed', {}).disable({ retryAfter: 60 })
  }, { anyStatus: true })
  const pages = Fastify({ forceCloseConnections: true })
  t.teardown(() => pages.close())
  const loaded = servePage(pages as unknown as FastifyInstance)
  const origin = await pages.listen({ port: 0, host: '127.0.0.1' })

  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  for (const [place, baseUrl] of [[resources.baseUrl, '/'], [resources.baseUrl, '.'], [origin, resources.baseUrl]] as const) {
    await page.goto(`${place}/page`)
    const result = await page.evaluate(script, baseUrl)
    t.strictSame(result, {
      id: 'a/ü',
      stale: [true, 412],
      found: [{ id: 'a/ü', content: { n: 5 } }],
      closed: [503, 60],
      redirected: [500, 'POST /redirected was answered with a redirect, not by the resource'],
      aborted: 'given up',
      deleted: { n: 5 }
    }, `from ${place} to ${baseUrl}`)
  }
  t.ok(loaded.includes('client.js') && !loaded.includes('index.js'))
  t.ok(loaded.length < 40, `${loaded.length} files are loaded`)
})
