import type { InputRecord } from './read-documents.ts'

/** So many records, or documents of so many bytes, are loaded together. */
export interface BatchBounds {
  readonly records: number
  readonly bytes: number
}

const defaults: BatchBounds = { records: 1000, bytes: 256 * 1024 }

/** Puts records together, in their order. A document whose id comes again ends its batch: the later one is to find it there. */
export async function * inBatches (records: AsyncIterable<InputRecord>, bounds: BatchBounds = defaults): AsyncGenerator<readonly InputRecord[], void> {
  let batch: InputRecord[] = []
  let bytes = 0
  const ids = new Set<unknown>()
  for await (const record of records) {
    const id = record.kind === 'document' ? record.content['_id'] : undefined
    if (ids.has(id)) {
      yield batch
      batch = []
      bytes = 0
      ids.clear()
    }
    batch.push(record)
    if (record.kind === 'document') bytes += record.bytes
    if (typeof id === 'string') ids.add(id)
    if (batch.length < bounds.records && bytes < bounds.bytes) continue
    yield batch
    batch = []
    bytes = 0
    ids.clear()
  }
  if (batch.length > 0) yield batch
}
