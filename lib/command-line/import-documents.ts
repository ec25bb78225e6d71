import type { CollectionHandle } from '../declare/handle.ts'
import { groupWrites } from '../stores/group-writes.ts'
import { checkImport, withGroupedWrites } from './check-import.ts'
import { CommandError, exitStatus, isStoreRefusal } from './command-error.ts'
import { findCollection } from './find-collection.ts'
import { inBatches } from './in-batches.ts'
import { listenForSignals, statusOfSignal } from './listen-for-signals.ts'
import type { Signals } from './listen-for-signals.ts'
import { loadDocument } from './load-document.ts'
import type { LoadTarget } from './load-document.ts'
import { loadResources } from './load-resources.ts'
import { openApp } from './open-app.ts'
import { openInput } from './open-input.ts'
import type { Input } from './open-input.ts'
import { openStore } from './open-store.ts'
import type { ImportCommand } from './parse-arguments.ts'
import { readDocuments } from './read-documents.ts'
import type { InputRecord } from './read-documents.ts'
import { showProgress } from './show-progress.ts'
import { createTally } from './tally.ts'
import type { Tally } from './tally.ts'
import { print } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/**
 * Loads documents in batches, each of which is durable before the next one begins, and prints what became of them.
 *
 * @returns the exit status: 1 where a document was refused, or the rest of an array cannot be read; 128 and the number of the
 *   signal after which it has stopped
 * @throws CommandError (usage) before anything is loaded; failed where the store or the input fails, after printing what was loaded
 */
export async function importDocuments (command: ImportCommand, terminal: Terminal): Promise<number> {
  const declarations = await loadResources(command.resources)
  const collection = findCollection(declarations, command.path)
  checkImport(command, declarations, collection)
  const store = groupWrites(await openStore(command.store, false))
  const input = await openInput(command.file, terminal.stdin)
  try {
    const app = await openApp(withGroupedWrites(declarations, collection), store, terminal)
    try {
      const handle = app.resources.get(collection.declared) as CollectionHandle
      return await load(input, { handle, params: collection.params, onConflict: command.onConflict }, terminal)
    } finally {
      await app.close()
    }
  } finally {
    input.close()
  }
}

const goesOn = '; what was loaded stays, and the same command with --on-conflict skip goes on'

/** How loading ended: undefined where all was read. */
type Ending = { readonly status: number, readonly message: string } | undefined

async function load (input: Input, target: LoadTarget, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  const signals = listenForSignals(terminal.signals)
  const progress = await showProgress(terminal, input.size)
  const tally = createTally()
  const begun = performance.now()
  let ending: Ending
  try {
    ending = await loadAll(input, target, tally, signals, () => progress.update({ bytes: input.bytesRead(), documents: tally.count() }))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    ending = { status: error.status, message: `${error.message}${isStoreRefusal(error) ? '' : goesOn}` }
  } finally {
    progress.stop()
    signals.stop()
  }
  tally.print(stdout, stderr, performance.now() - begun)
  if (ending !== undefined) print(stderr, `common-rest: ${ending.message}`)
  return ending?.status ?? (tally.count('refused') > 0 ? exitStatus.refused : exitStatus.done)
}

async function loadAll (input: Input, target: LoadTarget, tally: Tally, signals: Signals, tell: () => void): Promise<Ending> {
  let line = 0
  // The input may be somebody who types.
  signals.first.then(input.close)
  try {
    for await (const batch of inBatches(readDocuments(input.chunks))) {
      await loadBatch(batch, target, tally)
      tell()
      const last = batch.at(-1)
      line = last?.line ?? line
      if (last?.kind === 'broken') return { status: exitStatus.refused, message: `line ${line}: ${last.reason}; nothing from there on was loaded` }
    }
  } catch (error) {
    if (signals.heard() === undefined) throw error
  }
  const signal = signals.heard()
  return signal && { status: statusOfSignal(signal), message: `interrupted after line ${line}; the same command with --on-conflict skip goes on` }
}

/** Loads documents at the same time: the store writes them together. They are counted when all are done. */
async function loadBatch (batch: readonly InputRecord[], target: LoadTarget, tally: Tally): Promise<void> {
  const loads = await Promise.allSettled(batch.map(async (record) => record.kind === 'document' ? loadDocument(target, record.content) : record))
  let failed: PromiseRejectedResult | undefined
  for (const [at, load] of loads.entries()) {
    if (load.status === 'rejected') failed ??= load
    else if (load.value.kind !== 'broken') tally.add(batch[at]?.line ?? 0, load.value)
  }
  if (failed !== undefined) throw failed.reason
}
