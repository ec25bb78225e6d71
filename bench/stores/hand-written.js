import { randomUUID } from 'node:crypto'
import fastifyEtag from '@fastify/etag'
import Fastify from 'fastify'
import { schema } from './documents.js'

const jsonType = 'application/json; charset=utf-8'
const pageSize = 20

/**
 * What the plugin is measured against: routes as somebody writes them by hand for this one resource who knows HTTP, with the
 * same validators and bodies, on a table. A stored content is JSON text already, and sent on as it is.
 */
export function handWrittenApp (table) {
  const app = Fastify()
  app.addHook('onClose', async () => table.close())
  app.get('/cities/:id', async (request, reply) => {
    const row = await table.read(request.params.id)
    if (row === undefined) return sendError(reply, 404, 'The city was not found')
    if (names(request.headers['if-none-match'], row.revision)) return describe(reply, row.revision).code(304).send()
    return sendDocument(reply, request.params.id, row)
  })
  app.put('/cities/:id', { schema: { body: schema } }, async (request, reply) => {
    const { id } = request.params
    const { 'if-match': ifMatch } = request.headers
    const current = await table.read(id)
    if (current === undefined) return sendError(reply, 404, 'The city was not found')
    if (ifMatch !== undefined && !names(ifMatch, current.revision)) return sendError(reply, 412, 'If-Match is false')
    const next = await table.update(id, current.revision, request.body)
    if (next === undefined) return sendError(reply, 412, 'The city has changed')
    return sendDocument(reply, id, next)
  })
  app.post('/cities', { schema: { body: schema } }, async (request, reply) => {
    const id = randomUUID()
    const row = await table.insert(id, request.body)
    if (row === undefined) return sendError(reply, 409, 'The id is taken')
    reply.code(201).header('location', `${request.protocol}://${request.host}/cities/${id}`)
    return sendDocument(reply, id, row)
  })
  // The tag of a page is the hash of its content.
  app.register(async (pages) => {
    await pages.register(fastifyEtag)
    pages.get('/cities', async (request, reply) => {
      const [, country] = /^country eq "(..)"$/.exec(request.query._queryFilter)
      const rows = await table.page(country, pageSize + 1)
      return reply.header('cache-control', 'no-cache').type(jsonType).send(pageOf(rows))
    })
  })
  return { app, insert: table.insert }
}

function sendDocument (reply, id, row) {
  return describe(reply, row.revision).type(jsonType).send(documentOf(id, row))
}

function describe (reply, revision) {
  return reply.header('etag', `"${revision}"`).header('cache-control', 'no-cache')
}

function documentOf (id, { revision, content }) {
  return `{"_id":${JSON.stringify(id)},"_rev":"${revision}",${content.slice(1)}`
}

function pageOf (rows) {
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  const cookie = rows.length > pageSize ? Buffer.from(JSON.stringify([JSON.parse(last.content).population, last.id])).toString('base64url') : null
  return `{"result":[${shown.map((row) => documentOf(row.id, row)).join(',')}],"resultCount":${shown.length},"pagedResultsCookie":${JSON.stringify(cookie)},"totalPagedResultsPolicy":"NONE","totalPagedResults":-1,"remainingPagedResults":-1}`
}

function sendError (reply, code, message) {
  return reply.code(code).send({ code, message })
}

/** Whether a list of entity tags names a revision. */
function names (field, revision) {
  if (field === undefined) return false
  return field === '*' || field.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${revision}"`)
}
