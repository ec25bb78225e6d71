import type { FastifyInstance } from 'fastify'
import { CommandError, describeError, exitStatus, wrongUse } from './command-error.ts'
import { pagePath, registerDocumentationPage } from './documentation-page.ts'
import type { DocumentationPage } from './documentation-page.ts'
import { drainOnClose } from './drain.ts'
import { listenForSignals } from './listen-for-signals.ts'
import { loadResources } from './load-resources.ts'
import { openApp } from './open-app.ts'
import { describeStore, openStore } from './open-store.ts'
import type { ServeCommand } from './parse-arguments.ts'
import { print } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/**
 * Serves declarations until SIGINT or SIGTERM: then what is in flight is finished, and what comes meanwhile is answered 503.
 *
 * @returns the exit status, once all is closed
 * @throws CommandError: usage for a declaration that is refused, failed where the store cannot be opened or the address not be listened on
 */
export async function serve (command: ServeCommand, terminal: Terminal): Promise<number> {
  const declarations = await loadResources(command.resources)
  const store = await openStore(command.store, true)
  let page: DocumentationPage | undefined
  const app = await openApp(declarations, store, terminal, async (app) => { page = await registerDocumentationPage(app, declarations) })
  drainOnClose(app)
  const url = await listen(app, command)
  const signals = listenForSignals(terminal.signals)
  print(terminal.stdout, `Listening on ${url}, with the documents in ${describeStore(command.store)}`)
  for (const path of app.resources.keys()) print(terminal.stdout, `  ${url}${path}`)
  print(terminal.stdout, `Documentation page: ${page?.kind === 'none' ? page.advice : `${url}${pagePath}`}`)
  await signals.first
  await app.close()
  return exitStatus.done
}

async function listen (app: FastifyInstance, { resources, host, port }: ServeCommand): Promise<string> {
  try {
    await app.ready()
  } catch (error) {
    await app.close().catch(() => {})
    throw wrongUse(`${resources}: ${describeError(error)}`, error)
  }
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close().catch(() => {})
    throw new CommandError(exitStatus.failed, describeListening(error as NodeJS.ErrnoException, host, port), error)
  }
}

function describeListening (error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} of ${host} is in use; choose another one with --port`
  return `cannot listen on port ${port} of ${host}: ${describeError(error)}`
}
