import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import type { StoreCollection } from '../../lib/stores/store.ts'
import { rules, written } from './store-laws.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function memory (): Promise<{ readonly heap: number, readonly outside: number }> {
  for (let pass = 0; pass < 3; pass++) {
    await setTimeout(10)
    collectGarbage()
  }
  const { heapUsed: heap, arrayBuffers: outside } = process.memoryUsage()
  return { heap, outside }
}

const count = 20_000
const content = (number: number): { text: string } => ({ text: String(number).padStart(1000, 'x') })

async function fill (collection: StoreCollection): Promise<string[]> {
  const revisions: string[] = []
  for (let number = 0; number < count; number++) revisions.push(written(await collection.insert(String(number), content(number))).revision)
  return revisions
}

t.test('documents are not in the heap, and their memory is used again', async (t) => {
  const collection = memoryStore().collection('/x', rules())
  const before = await memory()
  const revisions = await fill(collection)
  const filled = await memory()
  t.ok(filled.outside - before.outside > count * 1000)
  t.ok(filled.outside - before.outside < count * 1200, `${filled.outside - before.outside} bytes outside`)
  t.ok(filled.heap - before.heap < count * 250, `${filled.heap - before.heap} bytes in the heap`)

  for (let turn = 0; turn < 5; turn++) {
    for (let number = 0; number < count; number++) {
      // In an order of its own, so that what is not replaced is everywhere.
      const at = (number * 7919) % count
      if (at % 10 !== 0) revisions[at] = written(await collection.replace(String(at), revisions[at] as string, content(at))).revision
    }
  }
  const replaced = await memory()
  t.ok(replaced.outside - before.outside < count * 1900, `${replaced.outside - before.outside} bytes outside`)
  for (const [number, revision] of revisions.entries()) {
    const slot = await collection.read(String(number))
    if (slot.kind !== 'document' || slot.document.revision !== revision || slot.document.content['text'] !== content(number).text) return t.fail(`${number} is another one`)
  }

  for (let number = 1; number < count; number++) written(await collection.remove(String(number), revisions[number] as string))
  const removed = await memory()
  t.ok(removed.outside - before.outside < 8_000_000, `${removed.outside - before.outside} bytes outside`)
})
