import multipart from '@fastify/multipart'
import type { FastifyMultipartOptions } from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { compose, isError, json, places, start } from './app.ts'
import type { Answer, Listening, Place } from './app.ts'
import { everywhere } from './exchanges.ts'
import commonRest from '../../lib/index.ts'

const bytes = Buffer.from([0, 0xff, 0xfe, 13, 10, 45, 45, 121, 0x80, 0xfb, 13, 10])
const photo = (size: Buffer = bytes): File => new File([new Uint8Array(size)], 'mé.png', { type: 'image/png' })

/** A form as browsers send it. */
async function form (fields: Readonly<Record<string, string | Blob>>): Promise<{ readonly bytes: Buffer, readonly headers: { readonly 'content-type': string } }> {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { bytes: Buffer.from(await request.arrayBuffer()), headers: { 'content-type': String(request.headers.get('content-type')) } }
}

const document = (content: object): Blob => new Blob([JSON.stringify(content)], { type: 'application/json' })

/** A route of the application that reads a form by itself. */
function upload (instance: FastifyInstance): void {
  instance.post('/upload', async (request) => {
    const file = await request.file()
    return { name: file?.filename, size: (await file?.toBuffer())?.length }
  })
}

async function uploads (t: Test, { ask }: Pick<Listening, 'ask'>, name: string): Promise<void> {
  const answer = await ask('/upload', { method: 'POST', ...await form({ photo: photo() }) })
  t.strictSame(json(answer), { name: 'mé.png', size: bytes.length }, `${name}: the route of the application`)
}

/** Writes a document whose file is larger than what the settings below allow on the routes of the application. */
async function writes ({ ask }: Pick<Listening, 'ask'>): Promise<Answer> {
  return ask('/notes/f', {
    method: 'PUT',
    ...await form({ json: document({ text: { $ref: 'cid:photo#content' } }), one: 'x', two: 'y', photo: photo(Buffer.alloc(5000, 'y')) })
  })
}

const settings: readonly FastifyMultipartOptions[] = [{}, { limits: { fileSize: 100, files: 1, parts: 2 } }, { throwFileSizeLimit: false }]

t.test('it changes no answer', async (t) => {
  await everywhere(t, async (instance) => instance.register(multipart, { attachFieldsToBody: true }), () => {})
})

async function readsBoth (t: Test, place: Place, options: FastifyMultipartOptions, accepts: boolean): Promise<void> {
  const name = `${JSON.stringify(options)} multipart: ${accepts}`
  const listening = await compose(t, place, async (instance) => {
    await instance.register(multipart, options)
    upload(instance)
  }, { multipart: accepts })
  const answer = await writes(listening)
  if (accepts) {
    t.equal(answer.status, 201, name)
    t.equal((json(answer) as { readonly text: string }).text.length, Math.ceil(5000 * 4 / 3), `${name}: its limits are not those of the resource`)
  } else isError(t, answer, 415, name)
  await uploads(t, listening, name)
}

for (const place of places) {
  t.test(`an application that has it keeps it on its own routes, ${place.name}`, async (t) => {
    for (const options of settings) {
      for (const accepts of [true, false]) await readsBoth(t, place, options, accepts)
    }
  })

  t.test(`what it attaches to bodies stays out of resources, ${place.name}`, async (t) => {
    for (const attachFieldsToBody of [true, 'keyValues'] as const) {
      const listening = await compose(t, place, async (instance) => {
        await instance.register(multipart, { attachFieldsToBody })
        instance.post('/fields', async (request) => Object.keys(request.body as object))
      }, { multipart: true })
      t.equal((await writes(listening)).status, 201, String(attachFieldsToBody))
      t.strictSame(json(await listening.ask('/fields', { method: 'POST', ...await form({ note: 'säy' }) })), ['note'])
    }
  })
}

t.test('it may come after the resources, or in a scope of its own', async (t) => {
  for (const [name, register] of [
    ['after the resources', async (app) => {
      await app.register(multipart)
      upload(app)
    }],
    ['in a scope', async (app) => app.register(async (scope) => {
      await scope.register(multipart)
      upload(scope)
    })]
  ] as ReadonlyArray<readonly [string, (app: FastifyInstance) => Promise<unknown>]>) {
    const listening = await start(t, async (app) => {
      await app.register(commonRest, { multipart: true })
      app.resource('/notes', {})
      await register(app)
    })
    t.equal((await writes(listening)).status, 201, name)
    await uploads(t, listening, name)
  }
})

t.test('resources that take forms teach nothing to routes of the application', async (t) => {
  const { ask } = await start(t, async (app) => {
    await app.register(commonRest, { multipart: true })
    app.resource('/notes', {})
    app.post('/plain', async () => ({}))
  })
  t.equal((await ask('/plain', { method: 'POST', ...await form({ note: 'säy' }) })).status, 415)
})
