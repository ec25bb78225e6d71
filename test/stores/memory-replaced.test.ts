import { getHeapSpaceStatistics } from 'node:v8'
import t from 'tap'
import { MemoryDocuments } from '../../lib/stores/memory/memory-documents.ts'

/** What V8 keeps among the old, which it seldom looks through, in bytes. */
function old (): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0
}

/** Found by a heap profile: V8 took all that is made at a write for what stays, as it had stayed at the first writes. */
t.test('documents that are replaced again and again do not pile up among what is old', async (t) => {
  const documents = new MemoryDocuments('/x', { unique: [], indexes: ['/country'], expires: undefined, tombstones: false, isPathDeclared: true })
  const [count, changing] = [10_000, 100]
  const revisions = Array.from({ length: count }, (_, number) => {
    const outcome = documents.insert(String(number), { country: 'DE', number })
    return outcome.kind === 'written' ? outcome.document.revision : ''
  })
  let grown = 0
  for (let window = 0; window < 12; window++) {
    const before = old()
    for (let turn = 0; turn < 20_000; turn++) {
      const content = { country: 'DE', number: turn, text: `${'a'.repeat(500)}${turn}` }
      const outcome = documents.replace(String(turn % changing), revisions[turn % changing] as string, content, JSON.stringify(content))
      if (outcome.kind !== 'written') throw new Error(outcome.kind)
      revisions[turn % changing] = outcome.document.revision
    }
    // A full collection in between makes less of it; some windows have none.
    grown = Math.max(grown, old() - before)
  }
  t.ok(grown < 10_000_000, `20,000 writes of half a kilobyte left ${grown} bytes`)
})
