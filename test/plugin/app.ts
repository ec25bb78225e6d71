import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions, LightMyRequestResponse } from 'fastify'
import type { ServerOptions } from 'node:http'
import type { Test } from 'tap'
import commonRest, { ResourceError, serverOptions, statusCodes } from '../../lib/index.ts'
import type { CommonRestOptions, ResourceDefinition } from '../../lib/index.ts'

/** What every test app is built from; all optional. */
export interface AppSettings {
  /** Options of the plugin; `null` leaves it unregistered. */
  readonly options?: CommonRestOptions | null
  /** Server options, merged into `serverOptions()`. */
  readonly server?: FastifyServerOptions & { readonly http?: ServerOptions }
  /** Plain Fastify, without `serverOptions()`. */
  readonly plain?: boolean
  /** Whether other codes than the documented ones may leave, where the test shows what Fastify itself does. */
  readonly anyStatus?: boolean
  /** What the application does before it registers the plugin. */
  readonly before?: (app: FastifyInstance) => unknown
}

/** An app that fails the test when an undocumented status leaves, and is closed at its end. */
export async function buildApp (t: Test, { options = {}, server = {}, plain = false, anyStatus = false, before }: AppSettings = {}): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true, ...(plain ? server : serverOptions(server)) }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  if (!anyStatus) failOnUndocumented(t, app)
  await before?.(app)
  if (options !== null) await app.register(commonRest, options)
  return app
}

/** Fails the test when a status outside the documented ones leaves. */
export function failOnUndocumented (t: Test, app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    if (!statusCodes.includes(reply.statusCode as never)) t.fail(`${request.method} ${request.url} answered ${reply.statusCode}`)
  })
}

/** A definition whose members are wrong on purpose, or are judged as JavaScript callers would write them. */
export function loose (definition: object): ResourceDefinition & { readonly kind?: 'collection' } {
  return definition as ReturnType<typeof loose>
}

interface Fault {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly detail?: unknown
}

/** Asserts that `response` is a complete error answer with this code, and returns its error object. */
export function refused (t: Test, response: LightMyRequestResponse, code: number, name: string = `answers ${code}`): Fault {
  t.equal(response.statusCode, code, name)
  t.match(response.headers['content-type'], /^application\/json/, `${name}: as JSON`)
  t.match(response.headers['cache-control'], /\bno-store$/, `${name}: not stored`)
  if (code === 401) t.ok(response.headers['www-authenticate'], `${name}: with a challenge`)
  if (code === 405) t.type(response.headers['allow'], 'string', `${name}: with Allow`)
  if (response.body === '' || response.raw.req.method === 'HEAD') return { code, reason: '', message: '' }
  const fault = response.json<Fault>()
  t.match(fault, { code, reason: String, message: /./ }, `${name}: with the error object`)
  t.strictSame(Object.keys(fault).filter((key) => !['code', 'reason', 'message', 'detail'].includes(key)), [], `${name}: no foreign member`)
  return fault
}

/** The name of a configuration error that `act` throws, and its message. */
export async function configurationError (act: () => unknown): Promise<{ readonly code: string, readonly message: string }> {
  try {
    await act()
  } catch (error) {
    const { code = 'no code', message } = error as Error & { readonly code?: string }
    return { code, message }
  }
  return { code: 'nothing thrown', message: '' }
}

/** Asserts that an in-process call throws a `ResourceError` with this code, and returns it. */
export async function fails (t: Test, call: Promise<unknown>, code: number, name: string = `throws ${code}`): Promise<ResourceError> {
  const error = await call.then((value) => new Error(`resolved to ${JSON.stringify(value)}`), (reason: unknown) => reason)
  if (!(error instanceof ResourceError)) {
    t.fail(`${name}: ${String(error)} is no ResourceError`)
    return new ResourceError(500)
  }
  t.equal(error.statusCode, code, name)
  return error
}
