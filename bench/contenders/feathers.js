import { createServer } from 'node:http'
import { feathers } from '@feathersjs/feathers'
import { bodyParser, errorHandler, koa, rest } from '@feathersjs/koa'
import { memory } from '@feathersjs/memory'
import { Ajv, getValidator, hooks } from '@feathersjs/schema'
import { listening } from '../comparison/apps/listening.js'
import { contentOf, idOf, schema } from '../comparison/documents.js'

/** Feathers as its generator writes it: Koa, a memory service, contents validated by Ajv. It knows no If-Match. */
export async function start ({ size, count }) {
  const store = Object.fromEntries(Array.from({ length: count }, (_, number) => [idOf(number), { id: idOf(number), ...contentOf(number, size) }]))
  const validate = hooks.validateData(getValidator(schema, new Ajv()))
  const app = koa(feathers())
  app.use(errorHandler())
  app.use(bodyParser({ jsonLimit: '1mb' }))
  app.configure(rest())
  app.use('cities', memory({ store, paginate: { default: 20, max: 100 } }))
  app.service('cities').hooks({ before: { create: [validate], update: [validate], patch: [hooks.validateData(getValidator(partial(schema), new Ajv()))] } })
  await app.setup()
  return listening(createServer(app.callback()))
}

function partial ({ required, ...others }) {
  return others
}
