import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { Test } from 'tap'
import { Type } from 'typebox'
import commonRest from '../../lib/index.ts'
import { isError, json, start } from './app.ts'
import type { Answer, Listening } from './app.ts'
import { readmeBlock, runBlock } from './readme-block.ts'

const origin = 'https://app.example'
const block = readmeBlock('Beside other plugins', 'exposedHeaders')

async function application (t: Test, options: object = {}): Promise<Listening & { readonly bearer: Readonly<Record<string, string>> }> {
  const secret = 'a secret that is long enough to sign with'
  const listening = await start(t, async (app) => {
    const plugins = { cors, helmet, compress, rateLimit, jwt }
    await runBlock(block, { app, commonRest, process: { env: { JWT_SECRET: secret } }, ...plugins })
    declare(app)
  })
  return { ...listening, bearer: { origin, authorization: `Bearer ${listening.app.jwt.sign({ sub: 'ada' })}` } }
}

/** Resources whose answers have every header field that there is. */
function declare (app: FastifyInstance): void {
  app.resource('/notes', {
    prefer: true,
    versions: {
      '1.0': { schema: Type.Object({ text: Type.String() }), deprecated: new Date('2026-01-01'), sunset: new Date('2027-01-01'), upgrade: (content) => content, downgrade: (content) => content },
      '2.0': { schema: Type.Object({ text: Type.String() }) }
    }
  })
  app.resource('/busy', {}).disable({ retryAfter: 30 })
}

/** The fields that a page reads without leave (Fetch, CORS-safelisted response-header names), and those that are not for pages. */
const others = new Set([
  ...['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'],
  ...['connection', 'content-encoding', 'date', 'keep-alive', 'transfer-encoding', 'vary']
])
const ofOtherPlugins = /^(access-control-|x-ratelimit-|content-security-policy|cross-origin-|origin-agent-cluster|referrer-policy|strict-transport-security|x-(content-type|dns|download|frame|permitted|xss))/

t.test('the application of the README serves pages of another origin', async (t) => {
  const { ask, bearer } = await application(t)
  const answers: Answer[] = []
  const fetched = async (path: string, method: string, more: Readonly<Record<string, string>> = {}, content?: unknown): Promise<Answer> => {
    const preflight = await ask(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': ['authorization', ...Object.keys(more)].join() } })
    t.equal(preflight.status, 204, `the preflight of ${method} ${path}`)
    t.match(preflight.headers['access-control-allow-methods'], method)
    const answer = await ask(path, { method, headers: { ...bearer, ...more }, ...(content === undefined ? {} : { content }) })
    t.equal(answer.headers['access-control-allow-origin'], origin, `${method} ${path}: readable`)
    t.match(answer.headers, { 'x-content-type-options': 'nosniff', 'x-ratelimit-limit': '100' })
    answers.push(answer)
    return answer
  }
  const text = 'a note. '.repeat(400)
  t.equal((await fetched('/notes', 'POST', {}, { _id: 'a', text })).status, 201)
  const read = await fetched('/notes/a', 'GET', { 'accept-encoding': 'gzip', 'accept-api-version': 'resource=1.0' })
  const tag = String(read.headers['etag'])
  t.match(json({ ...read, body: gunzipSync(read.body) }), { _id: 'a', text })
  t.equal((await fetched('/notes/a', 'GET', { 'if-none-match': tag, 'accept-encoding': 'gzip' })).status, 304)
  t.equal((await fetched('/notes/a', 'PUT', { 'if-match': tag, prefer: 'return=minimal' }, { text: 'new' })).headers['preference-applied'], 'return=minimal')
  isError(t, await fetched('/notes/a', 'PUT', { 'if-match': tag }, { text: 'newer' }), 412)
  isError(t, await fetched('/notes/a', 'PATCH', { 'content-type': 'text/plain' }, 'x'), 415)
  isError(t, await fetched('/notes', 'POST', { 'content-type': 'text/plain' }, 'x'), 415)
  isError(t, await fetched('/notes/a', 'PUT', { 'content-type': 'text/plain' }, 'x'), 415)
  isError(t, await fetched('/notes', 'DELETE'), 405)
  isError(t, await fetched('/notes/a', 'GET', { authorization: 'Bearer x' }), 401)
  isError(t, await fetched('/busy/a', 'GET'), 503)
  isError(t, await fetched('/nothing', 'GET'), 404)
  t.equal((await fetched('/notes/a?_fields=text&_mimeType=application/pdf', 'GET')).status, 200)

  const exposed = String(read.headers['access-control-expose-headers']).toLowerCase().split(', ')
  const sent = new Set(answers.flatMap(({ headers }) => Object.keys(headers)).filter((name) => !others.has(name) && !ofOtherPlugins.test(name)))
  t.strictSame([...sent].sort(), [...exposed].sort(), 'all fields of answers are exposed, and no others')
})

t.test('and bounds guesses of credentials', async (t) => {
  const { ask } = await application(t)
  for (let count = 0; count < 100; count++) {
    const { status } = await ask('/notes/a', { headers: { authorization: `Bearer ${count}` } })
    if (status !== 401) t.equal(status, 401)
  }
  const limited = await ask('/notes/a', { headers: { origin, authorization: 'Bearer 100' } })
  isError(t, limited, 503)
  t.match(limited.headers, { 'retry-after': /^\d+$/, 'access-control-allow-origin': origin })
})
