import compress from '@fastify/compress'
import multipart from '@fastify/multipart'
import { runRows } from './rows.ts'
import type { ExpectedAnswer } from './rows.ts'
import { wire, wireJson } from './wire.ts'

const theirs = (status: number): ExpectedAnswer => ({ status, headers: { 'cache-control': undefined } })
const form = (headers: readonly string[], content: string): readonly [readonly string[], string] => [['Content-Type: multipart/form-data; boundary=b', ...headers], content]
const part = (name: string, type: string, content: string, file = ''): string => `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`

runRows('3, content', [
  {
    name: '406: @fastify/multipart, body is not multipart',
    cases: [{
      before: async (app) => { await app.register(multipart) },
      handler: async (request) => (request as unknown as { file: () => Promise<unknown> }).file(),
      client: wireJson('POST /things', '{}'),
      leak: theirs(406),
      answer: { status: 415, headers: { 'accept-post': 'application/json' } }
    }]
  },
  {
    name: '406: @fastify/multipart, field is not JSON',
    cases: [{
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{'))),
      leak: theirs(406),
      answer: 400
    }]
  },
  {
    name: '413: @fastify/multipart limits',
    cases: [{
      name: 'the limits of the application are its own',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 5 } }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{"n": 12345678}', '; filename="x"'))),
      leak: theirs(413),
      answer: 201
    }, {
      name: 'too much for the resource',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 5 } }) },
      resources: (app) => { app.resource('/things', { multipart: true, bodyLimit: 50 }) },
      client: wire('POST /things', ...form([], part('json', 'application/json', '{"n": 12345678}', '; filename="x"'))),
      leak: theirs(413),
      answer: 400
    }, {
      name: 'too many parts',
      before: async (app) => { await app.register(multipart, { attachFieldsToBody: true, limits: { parts: 1 } }) },
      resources: (app) => { app.resource('/things', { multipart: true }) },
      client: wire('POST /things', ...form([], `${part('json', 'application/json', '{}').replace('--b--\r\n', '')}${part('x', 'text/plain', 'x').replace('--b--\r\n', '').repeat(1100)}--b--\r\n`)),
      leak: theirs(413),
      answer: 400
    }]
  },
  {
    name: '415 / 400: @fastify/compress request decompression, sends no Accept-Encoding',
    cases: ([['bogus', 415], ['gzip', 400]] as const).map(([coding, status]) => ({
      name: coding,
      before: async (app) => { await app.register(compress) },
      client: wireJson('POST /things', '{}', [`Content-Encoding: ${coding}`]),
      leak: { ...theirs(status), headers: { 'accept-encoding': undefined } },
      answer: { status: 415, headers: { 'accept-encoding': 'identity' } }
    }))
  }
])
