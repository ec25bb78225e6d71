import t from 'tap'
import { inBatches } from '../../lib/command-line/in-batches.ts'
import type { InputRecord } from '../../lib/command-line/read-documents.ts'

async function * records (ids: readonly unknown[]): AsyncGenerator<InputRecord> {
  for (const [at, id] of ids.entries()) yield id === 'bad' ? { kind: 'refused', line: at, reason: '' } : { kind: 'document', line: at, content: { _id: id as string }, bytes: 10 }
}

async function batches (ids: readonly unknown[], bounds?: { readonly records: number, readonly bytes: number }): Promise<readonly number[]> {
  const sizes: number[] = []
  for await (const batch of inBatches(records(ids), bounds)) sizes.push(batch.length)
  return sizes
}

const none: readonly unknown[] = Array.from({ length: 10 })

t.test('a batch ends with so many records, so many bytes, or before an id that comes again', async (t) => {
  t.strictSame(await batches([]), [])
  t.strictSame(await batches(none), [10])
  t.strictSame(await batches(none, { records: 4, bytes: 1000 }), [4, 4, 2])
  t.strictSame(await batches(none, { records: 5, bytes: 1000 }), [5, 5])
  t.strictSame(await batches(none, { records: 100, bytes: 25 }), [3, 3, 3, 1])
  t.strictSame(await batches(['a', 'b', 'a', 'a', 'b', 'c']), [2, 1, 3])
  t.strictSame(await batches(['bad', 'bad', 'bad', null, null]), [5])
})
