import type { CollectionRules, CollectionWrite, SettledWrite, Store, StoreCollection, WriteOutcome } from './store.ts'

/**
 * The store with writes that wait for each other: those that are under way at the same time go to `writeAll` of their
 * collection together, where it has one. Each is durable when its promise resolves, as before; many at once take a fraction of the
 * time, one alone a little longer.
 */
export function groupWrites (store: Store): Store {
  const groups = new Map<string, Group>()
  return {
    collection: (path, rules) => withGroups(store.collection(path, rules), path, rules, groups),
    collections: () => store.collections(),
    secret: () => store.secret(),
    ...(store.shared === undefined ? {} : { shared: store.shared }),
    attach: () => store.attach(),
    detach: () => store.detach()
  }
}

/** The writes to one collection that have come since the last ones were made. */
interface Group {
  readonly rules: CollectionRules
  readonly waiting: WaitingWrite[]
}

interface WaitingWrite {
  readonly write: CollectionWrite
  readonly settle: (end: SettledWrite) => void
}

function withGroups (collection: StoreCollection, path: string, rules: CollectionRules, groups: Map<string, Group>): StoreCollection {
  if (collection.writeAll === undefined) return collection
  const writeAll = collection.writeAll.bind(collection)
  const join = (write: CollectionWrite): Promise<WriteOutcome> => new Promise((resolve, reject) => {
    const settle = (end: SettledWrite): void => { if (end.status === 'fulfilled') resolve(end.value); else reject(end.reason) }
    const group = groups.get(path)
    // Another resource may use the path under other rules; what one writes keeps those of all in force.
    if (group !== undefined && group.rules === rules) {
      group.waiting.push({ write, settle })
      return
    }
    const begun: Group = { rules, waiting: [{ write, settle }] }
    groups.set(path, begun)
    setImmediate(() => {
      if (groups.get(path) === begun) groups.delete(path)
      makeAll(begun.waiting, writeAll)
    })
  })
  return {
    read: (id) => collection.read(id),
    insert: (id, content, json) => join({ kind: 'insert', id, content, json }),
    replace: (id, revision, content, json) => join({ kind: 'replace', id, revision, content, json }),
    remove: (id, revision) => collection.remove(id, revision),
    query: (request) => collection.query(request),
    purge: () => collection.purge()
  }
}

async function makeAll (waiting: readonly WaitingWrite[], writeAll: Required<StoreCollection>['writeAll']): Promise<void> {
  try {
    const ends = await writeAll(waiting.map(({ write }) => write))
    for (const [at, { settle }] of waiting.entries()) settle(ends[at] ?? { status: 'rejected', reason: new Error('writeAll has not told how a write ended') })
  } catch (reason) {
    for (const { settle } of waiting) settle({ status: 'rejected', reason })
  }
}
