import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { closeAll, runAll } from '../conformance/exchange.ts'
import type { Fixture } from '../conformance/fixture.ts'
import { rowByLevel } from '../conformance/goals.ts'
import { inject } from '../conformance/request.ts'
import type { Send } from '../conformance/request.ts'
import { readDocumentation } from './documented.ts'
import type { Documentation } from './documented.ts'
import { faultsOf } from './documents.ts'

t.teardown(closeAll)

const composition = {
  root: async (app: FastifyInstance) => { await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Drift', version: '1.0.0' } } }) }
}

const documentations = new Map<Fixture, Documentation>()

function documentOf ({ app }: Fixture): OpenApiDocument {
  return app.swagger() as unknown as OpenApiDocument
}

function documentationOf (fixture: Fixture): Documentation {
  const documentation = documentations.get(fixture) ?? readDocumentation(documentOf(fixture))
  documentations.set(fixture, documentation)
  return documentation
}

t.test('no answer of the conformance requests is other than the document says', async (t) => {
  const faults: string[] = []
  const met = new Set<string>()
  const send: Send = async (fixture, request) => {
    const response = await inject(fixture, request)
    const documentation = documentationOf(fixture)
    const operation = documentation.operationOf(request)?.operation['operationId']
    met.add(`${operation} ${response.status}`)
    for (const fault of documentation.undocumented(request, response)) faults.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}: ${fault}`)
    return response
  }
  const { requests } = rowByLevel()
  const { count, mismatches } = await runAll(requests, { store: 'memory', send, composition })
  t.same(mismatches, [], 'with the plugin for descriptions beside it, nothing is answered otherwise')
  t.strictSame(faults.slice(0, 20), [])
  t.comment(`${count} requests, ${documentations.size} configurations, ${met.size} answers of operations`)
  t.ok(count > 500 && documentations.size > 10)
  t.ok(met.size > 120, 'most answers of most operations were met')
  for (const fixture of documentations.keys()) t.strictSame(await faultsOf(documentOf(fixture)), [])
})
