import * as diagnostics from 'node:diagnostics_channel'
import { FastifyOtelInstrumentation } from '@fastify/otel'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import commonRest from '../../lib/index.ts'
import { fails } from '../plugin/app.ts'
import { changed } from '../stores/changed-stores.ts'
import { compose, isError, places, start } from './app.ts'
import { everywhere } from './exchanges.ts'
import { readmeBlock, runBlock } from './readme-block.ts'

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
provider.register()
t.teardown(() => provider.shutdown())

async function withOtel (instance: FastifyInstance): Promise<void> {
  const otel = new FastifyOtelInstrumentation()
  otel.setTracerProvider(provider)
  await instance.register(otel.plugin())
}

/** The spans that have ended since the last call. */
function ended (): readonly ReadableSpan[] {
  const spans = exporter.getFinishedSpans()
  exporter.reset()
  return spans
}

/** The path of a route of `declareNotes` as it was declared. */
function routeOf (path: string): string {
  return path.replace(/\?.*/, '').replace(/^(\/\w+)\/\w+$/, '$1/:_id')
}

t.test('every request is one span with its route and its status', async (t) => {
  await everywhere(t, withOtel, (t, { name, path, method = 'GET', status, unknown = false }, _answer, { prefix, reachesUnknown }) => {
    const spans = ended()
    const requests = spans.filter(({ kind }) => kind === SpanKind.SERVER)
    if (unknown && !reachesUnknown) return
    // Before the first one the tag was read.
    t.equal(requests.length, name === 'a read' ? 2 : 1, `${name}: one span`)
    const [request] = requests.slice(-1)
    t.match(request?.attributes, { 'http.request.method': method, 'http.response.status_code': status }, name)
    t.equal(request?.status.code, status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET, `${name}: failed or not`)
    if (!unknown && name !== 'a path below a document') t.equal(request?.attributes['http.route'], prefix + routeOf(path), `${name}: the route`)
    for (const { name, attributes } of spans) t.notMatch(`${name} ${String(attributes['hook.name'])}`, /=>/, 'no source text')
  })
})

/** Runs the example of the README until the end of a test. */
async function bridge (t: Test): Promise<void> {
  const subscribe = (name: string, listener: diagnostics.ChannelListener): void => {
    diagnostics.subscribe(name, listener)
    t.teardown(() => diagnostics.unsubscribe(name, listener))
  }
  await runBlock(readmeBlock('Beside other plugins', 'diagnostics.subscribe'), { diagnostics: { subscribe }, trace })
}

for (const place of places) {
  t.test(`calls of stores become spans below those of their request, ${place.name}`, async (t) => {
    await bridge(t)
    const { ask } = await compose(t, place, withOtel)
    ended()
    t.equal((await ask('/notes/a', { method: 'PUT', headers: { 'if-match': '*' }, content: { text: 'traced' } })).status, 200)
    const spans = ended()
    const request = spans.find(({ kind }) => kind === SpanKind.SERVER)
    t.match(request?.attributes, { 'rest.operation': 'update', 'rest.row': 22 }, 'the row is on the span of the request')
    const calls = spans.filter(({ name }) => name.startsWith('store '))
    t.strictSame(calls.map(({ name }) => name), ['store read', 'store replace'])
    for (const call of calls) {
      t.equal(call.attributes['rest.collection'], `${place.prefix}/notes`)
      t.equal(call.spanContext().traceId, request?.spanContext().traceId, 'in its trace')
      t.ok(spans.some((span) => span.spanContext().spanId === call.parentSpanContext?.spanId), 'below its spans')
    }

    isError(t, await ask('/notes/absent'), 404)
    t.match(ended().find(({ kind }) => kind === SpanKind.SERVER)?.attributes, { 'rest.operation': 'read', 'rest.row': 17 })
  })
}

t.test('a call of a store that fails is a span with the failure', async (t) => {
  await bridge(t)
  const { app, ask } = await start(t, async (app) => {
    await withOtel(app)
    await app.register(commonRest, { store: changed(() => ({ read: async () => { throw new Error('the disk is full') } }))() })
    app.resource('/notes', {})
  })
  const failed = { name: 'store read', events: [{ name: 'exception', attributes: { 'exception.message': 'the disk is full' } }] }
  isError(t, await ask('/notes/a'), 500)
  t.match(ended().filter(({ name }) => name === 'store read'), [failed])
  await fails(t, Promise.resolve(app.resources.get('/notes')?.read('a')), 500)
  t.match(ended(), [failed], 'in process there is no request')
})
