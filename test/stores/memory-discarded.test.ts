import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { MemoryDocuments } from '../../lib/stores/memory/memory-documents.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The parsed content of a document, which must be held by nobody but who keeps contents parsed. */
function look (documents: MemoryDocuments, id: string): WeakRef<object> {
  const slot = documents.read(id)
  if (slot.kind !== 'document') throw new Error(`there is no ${id}`)
  return new WeakRef(slot.document.content)
}

/** Found by `npm run fuzz`: what was parsed of documents that are there no more grew until it took the room of others. */
t.test('what was parsed of a document goes with it, and stays as long as it is there', async (t) => {
  // A unique constraint looks at the content of what is replaced or removed.
  const documents = new MemoryDocuments('/x', { unique: [['/name']], indexes: [], expires: undefined, tombstones: false, isPathDeclared: true })
  const revisions = ['kept', 'replaced', 'removed'].map((id) => {
    const outcome = documents.insert(id, { name: id })
    return outcome.kind === 'written' ? outcome.document.revision : ''
  })
  const [kept, replaced, removed] = ['kept', 'replaced', 'removed'].map((id) => look(documents, id))
  t.equal(documents.replace('replaced', revisions[1] ?? '', { name: 'other' }).kind, 'written')
  t.equal(documents.remove('removed', revisions[2] ?? '').kind, 'written')
  // Documents are put in order when somebody looks; until then the order knows of those that are gone.
  await documents.query({ filter: { kind: 'literal', value: true }, sortKeys: [], offset: 0, limit: 1 })
  // A WeakRef holds what it refers to until the turn that made it ends.
  await setTimeout(10)
  collectGarbage()
  t.not(kept?.deref(), undefined)
  t.equal(replaced?.deref(), undefined)
  t.equal(removed?.deref(), undefined)
})
