import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import '../augment.ts'
import type { ResourceDefinition } from '../declare/definition.ts'
import { commonRest } from '../plugin.ts'
import { serverOptions } from '../server-options.ts'
import type { Store } from '../stores/store.ts'
import { describeError, failure, wrongUse } from './command-error.ts'
import type { Declarations } from './load-resources.ts'
import type { Terminal } from './terminal.ts'

/**
 * An application with the declared resources, whose store can be used.
 *
 * @param prepare what registers plugins that must come first
 * @throws CommandError: usage for a declaration that is refused, failed where the store cannot be opened; nothing stays open
 */
export async function openApp ({ file, options, resources }: Declarations, store: Store, { stderr }: Pick<Terminal, 'stderr'>, prepare: (app: FastifyInstance) => Promise<void> = async () => {}): Promise<FastifyInstance> {
  // Without a limit: it would hold for what is in flight at the end, too.
  const app = Fastify({ ...serverOptions<object>(), pluginTimeout: 0, logger: { level: 'warn', stream: stderr } })
  try {
    await prepare(app)
    await declare(app, file, { ...options, store }, resources)
    // Opens it, if it is used at all: what is never used is never closed either.
    if (Object.values(resources).some(livesInStore)) await store.secret()
    return app
  } catch (error) {
    await app.close().catch(() => {})
    throw failure(error)
  }
}

async function declare (app: FastifyInstance, file: string, options: object, resources: Declarations['resources']): Promise<void> {
  try {
    await app.register(commonRest, options)
    for (const [path, definition] of Object.entries(resources)) app.resource(path, definition as ResourceDefinition)
  } catch (error) {
    throw wrongUse(`${file}: ${describeError(error)}`, error)
  }
}

function livesInStore (definition: Declarations['resources'][string]): boolean {
  return definition.store === undefined && definition.provider === undefined
}
