import { readFileSync } from 'node:fs'
import * as diagnostics from 'node:diagnostics_channel'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import * as library from '../lib/index.ts'
import { sqliteStore } from '../lib/sqlite.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** A section that is run: its declarations, and the requests below them with the answers that it promises. */
interface Section {
  readonly title: string
  readonly declarations: string
  readonly exchanges: readonly Exchange[]
}

interface Exchange {
  readonly line: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  /** A text that the body has, or a JSON object whose members it has. */
  readonly answer: string
  readonly answerHeaders: ReadonlyArray<readonly [name: string, value: string]>
}

/** Sections have a block ```js app, whose `app` is any Fastify instance with the plugin, and a block ```http. */
const sections: readonly Section[] = readme.split(/^(?=#{2,3} )/m).flatMap((text) => {
  const [, declarations] = /```js app\n([\s\S]*?)```/.exec(text) ?? []
  const [, requests = ''] = /```http\n([\s\S]*?)```/.exec(text) ?? []
  const [, title = ''] = /^#+ (.*)/.exec(text) ?? []
  return declarations === undefined ? [] : [{ title, declarations, exchanges: requests.split(/^###\n/m).map(toExchange) }]
})

function toExchange (text: string): Exchange {
  const lines = text.trim().split('\n')
  const blank = lines.indexOf('')
  const head = lines.slice(0, blank < 0 ? lines.findIndex((line) => line.startsWith('→')) : blank)
  const promised = lines.filter((line) => line.startsWith('→')).map((line) => line.slice(2))
  const [line = '', ...headers] = head
  const [, status, answer = ''] = /^(\d{3})\s*(.*)$/.exec(promised[0] ?? '') ?? []
  return {
    line,
    headers: Object.fromEntries(headers.map(splitField)),
    body: lines.slice(head.length).filter((part) => !part.startsWith('→')).join('\r\n').trim(),
    status: Number(status),
    answer,
    answerHeaders: promised.slice(1).map(splitField)
  }
}

function splitField (line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

async function declare (app: FastifyInstance, declarations: string): Promise<void> {
  const names = { app, Type, diagnostics, ...library }
  const lines = declarations.split('\n').filter((line) => !line.startsWith('import '))
  const AsyncFunction = (async () => {}).constructor as new (...texts: string[]) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction(...Object.keys(names).filter((name) => name !== 'default'), lines.join('\n'))(...Object.entries(names).filter(([name]) => name !== 'default').map(([, value]) => value))
}

t.test('every feature has a section that is run', async (t) => {
  t.ok(sections.length >= 9, `${sections.length} sections`)
  for (const { title, exchanges } of sections) {
    for (const { line, status } of exchanges) t.ok(status >= 200, `${title}: ${line} promises a status`)
  }
})

for (const [name, makeStore] of [['memory', library.memoryStore], ['SQLite', () => sqliteStore(':memory:')]] as const) {
  for (const { title, declarations, exchanges } of sections) {
    t.test(`${title}, on ${name}`, async (t) => {
      const app = Fastify(library.serverOptions()) as unknown as FastifyInstance
      t.teardown(() => app.close())
      await app.register(library.commonRest, { store: makeStore() })
      await declare(app, declarations)
      let tag = ''
      for (const { line, headers, body, status, answer, answerHeaders } of exchanges) {
        const [method = '', url = ''] = line.split(' ')
        const sent = Object.fromEntries(Object.entries(headers).map(([field, value]) => [field, value.replace('"…"', tag)]))
        const response = await app.inject({ method: method as 'GET', url, headers: sent, ...(body === '' ? {} : { payload: body }) })
        t.equal(response.statusCode, status, `${line} ${body}: ${JSON.stringify(response.body)}`)
        if (answer.startsWith('{')) t.match(response.json(), JSON.parse(answer), line)
        else t.ok(response.body.startsWith(answer), line)
        for (const [field, value] of answerHeaders) t.match(String(response.headers[field]), value.replace('"…"', ''), `${line}: ${field}`)
        tag = String(response.headers['etag'] ?? tag)
      }
    })
  }
}
