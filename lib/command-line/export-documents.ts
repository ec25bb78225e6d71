import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { CollectionHandle, QueryPage } from '../declare/handle.ts'
import { ResourceError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { describeError, exitStatus, failure, wrongUse } from './command-error.ts'
import { findCollection } from './find-collection.ts'
import { loadResources } from './load-resources.ts'
import { openApp } from './open-app.ts'
import { openStore } from './open-store.ts'
import type { ExportCommand } from './parse-arguments.ts'
import type { Terminal } from './terminal.ts'

/** How many documents are held at a time. */
const pageSize = 200

/**
 * Writes the documents of a collection to standard output, one in a line, in the order of their ids.
 *
 * @returns the exit status; it is 0 too where the reader has had enough
 * @throws CommandError: usage where the filter is refused, failed where the store fails
 */
export async function exportDocuments (command: ExportCommand, terminal: Terminal): Promise<number> {
  const declarations = await loadResources(command.resources)
  const { declared, params } = findCollection(declarations, command.path)
  const app = await openApp(declarations, await openStore(command.store, false), terminal)
  const output = followOutput(terminal.stdout)
  try {
    const handle = app.resources.get(declared) as CollectionHandle<JsonObject>
    let cookie: string | null = ''
    while (cookie !== null && !output.isClosed()) {
      const page: QueryPage<JsonObject> = await handle.query({ filter: command.filter, pageSize, cookie, params })
      await output.write(page.results.map(({ id, revision, content }) => `${JSON.stringify({ _id: id, _rev: revision, ...content })}\n`).join(''))
      cookie = page.cookie
    }
    output.check()
    return exitStatus.done
  } catch (error) {
    throw toCommandError(error)
  } finally {
    await app.close()
  }
}

/** Below 500 it is the filter, or what the declaration does not offer. */
function toCommandError (error: unknown): Error {
  const isRefused = error instanceof ResourceError && (error.statusCode < 500 || error.statusCode === 501)
  return isRefused ? wrongUse(describeError(error), error) : failure(error)
}

/** Standard output, which may close at any time. */
interface Output {
  readonly isClosed: () => boolean
  /** Resolves when more can be taken, or nothing any more. */
  readonly write: (text: string) => Promise<void>
  /** Throws what went wrong, but for a reader that has had enough. */
  readonly check: () => void
}

function followOutput (stream: Writable): Output {
  let closing: NodeJS.ErrnoException | undefined
  stream.on('error', (error: NodeJS.ErrnoException) => { closing ??= error })
  return {
    isClosed: () => closing !== undefined,
    async write (text) {
      if (stream.write(text) || closing !== undefined) return
      await once(stream, 'drain').catch(() => {})
    },
    check () {
      if (closing !== undefined && closing.code !== 'EPIPE') throw closing
    }
  }
}
