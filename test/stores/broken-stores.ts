import { setImmediate } from 'node:timers/promises'
import { contentJson } from '../../lib/json.ts'
import type { Awaitable, JsonObject } from '../../lib/json.ts'
import { memoryStore } from '../../lib/stores/memory.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, Slot, Store, StoreCollection, StoredDocument } from '../../lib/stores/store.ts'
import { answered, asked, changed, keeping, renamed, revisionOf, underRules, without } from './changed-stores.ts'

/** A store with one fault, and the cases of the contract that must show it. */
export interface BrokenStore {
  readonly fault: string
  /** The group of cases, or the case. */
  readonly shownBy: RegExp
  readonly makeStore: () => Store
}

/** Revisions count from 1 in each life of a document. */
function countedRevisions (): Store {
  const counts = new Map<string, { readonly inner: string, readonly shown: string, readonly n: number }>()
  return changed((collection, _, path) => {
    const key = (id: string): string => `${path} ${id}`
    const show = ({ id, content, revision }: StoredDocument): StoredDocument => {
      const former = counts.get(key(id))
      if (former?.inner === revision) return { id, content, revision: former.shown }
      const n = (former?.n ?? 0) + 1
      counts.set(key(id), { inner: revision, shown: `rev${n}`, n })
      return { id, content, revision: `rev${n}` }
    }
    const inner = (id: string, revision: string): string => counts.get(key(id))?.shown === revision ? counts.get(key(id))?.inner ?? '' : 'none'
    const shown = async <Outcome extends { readonly kind: string }>(outcome: Awaitable<Outcome>): Promise<Outcome> => {
      const settled = await outcome
      return 'document' in settled ? { ...settled, document: show(settled.document as StoredDocument) } : settled
    }
    return {
      read: (id): Promise<Slot> => shown(collection.read(id)),
      insert: (id, content) => shown(collection.insert(id, content)),
      replace: (id, revision, content) => shown(collection.replace(id, inner(id, revision), content)),
      remove: async (id, revision) => {
        const outcome = await shown(collection.remove(id, inner(id, revision)))
        if (outcome.kind === 'written') counts.delete(key(id))
        return outcome
      },
      query: async (request) => {
        const result = await collection.query(request)
        return { ...result, documents: result.documents.map(show) }
      }
    }
  })()
}

/** Reads show the very object that was written. */
function sharingStore (): Store {
  const given = new Map<string, JsonObject>()
  return changed((collection) => ({
    insert: (id, content) => {
      given.set(id, content)
      return collection.insert(id, content)
    },
    read: async (id) => {
      const slot = await collection.read(id)
      return slot.kind === 'document' ? { ...slot, document: { ...slot.document, content: given.get(id) ?? slot.document.content } } : slot
    }
  }))()
}

function followingStore (): Store {
  const store = memoryStore()
  const open = store.collection.bind(store)
  return Object.assign(store, {
    collection (path: string, rules: CollectionRules): StoreCollection {
      try {
        return open(path, rules)
      } catch {
        return open(path, { ...rules, unique: [] })
      }
    }
  })
}

/** One fault each. */
export const brokenStores: readonly BrokenStore[] = [
  { fault: 'replace ignores the revision', shownBy: /^compare-and-set: with a former revision/, makeStore: changed((collection) => ({ replace: async (id, _, content) => collection.replace(id, await revisionOf(collection, id), content) })) },
  { fault: 'remove ignores the revision', shownBy: /^delete: with a former revision/, makeStore: changed((collection) => ({ remove: async (id) => collection.remove(id, await revisionOf(collection, id)) })) },
  {
    fault: 'replace makes what is absent',
    shownBy: /^compare-and-set: what is absent/,
    makeStore: changed((collection) => ({ replace: async (id, revision, content) => (await collection.read(id)).kind === 'absent' ? collection.insert(id, content) : collection.replace(id, revision, content) }))
  },
  {
    fault: 'insert overwrites',
    shownBy: /^create: an id is taken/,
    makeStore: changed((collection) => ({
      insert: async (id, content) => {
        const outcome = await collection.insert(id, content)
        return outcome.kind === 'taken' ? collection.replace(id, await revisionOf(collection, id), content) : outcome
      }
    }))
  },
  { fault: 'revisions repeat in a new life', shownBy: /^revision: none repeats after delete/, makeStore: countedRevisions },
  {
    fault: 'a revision is the same for the same content',
    shownBy: /^compare-and-set: a new revision/,
    makeStore: changed((collection) => ({
      replace: async (id, revision, content) => {
        const slot = await collection.read(id)
        return slot.kind === 'document' && slot.document.revision === revision && JSON.stringify(slot.document.content) === JSON.stringify(content)
          ? { kind: 'written', document: slot.document }
          : collection.replace(id, revision, content)
      }
    }))
  },
  {
    fault: 'replace merges',
    shownBy: /^compare-and-set: all of the content/,
    makeStore: changed((collection) => ({
      replace: async (id, revision, content) => {
        const slot = await collection.read(id)
        return collection.replace(id, revision, slot.kind === 'document' ? { ...slot.document.content, ...content } : content)
      }
    }))
  },
  {
    fault: 'replace compares and sets in two steps',
    shownBy: /^races: of replacements with one revision/,
    makeStore: changed((collection) => ({
      replace: async (id, revision, content) => {
        if (await revisionOf(collection, id) !== revision) return { kind: 'changed' }
        await setImmediate()
        return collection.replace(id, await revisionOf(collection, id), content)
      }
    }))
  },
  {
    fault: 'unique values are looked up before the write',
    shownBy: /^races: of inserts of one unique value/,
    makeStore: changed((collection, rules, path, store) => ({
      insert: async (id, content) => {
        const { documents } = await collection.query({ filter: { kind: 'literal', value: true }, sortKeys: [] })
        const clash = rules.unique.find(([pointer = '']) => documents.some((other) => other.content[pointer.slice(1)] === content[pointer.slice(1)]))
        await setImmediate()
        return clash === undefined ? store.collection(path, { ...rules, unique: [] }).insert(id, content) : { kind: 'clash', pointers: clash }
      },
      query: (request) => store.collection(path, { ...rules, unique: [] }).query(request)
    }))
  },
  { fault: 'replacements are refused for ever', shownBy: /^races: increments/, makeStore: changed(() => ({ replace: () => ({ kind: 'changed' }) })) },
  { fault: 'tombstones are forgotten', shownBy: /^tombstones: a removed id is gone to reads/, makeStore: underRules(() => ({ tombstones: false })) },
  { fault: 'tombstones stay for ever', shownBy: /^tombstones: of some milliseconds/, makeStore: underRules(({ tombstones }) => ({ tombstones: tombstones !== false })) },
  { fault: 'unique constraints are ignored', shownBy: /^unique: an insert of a value/, makeStore: underRules(() => ({ unique: [] })) },
  { fault: 'of composite constraints the first member counts', shownBy: /^unique values: several values clash only together/, makeStore: underRules(({ unique }) => ({ unique: unique.map((pointers) => pointers.slice(0, 1)) })) },
  { fault: 'unique values are cut', shownBy: /^unique values: texts of 10 kB/, makeStore: keeping((value) => typeof value === 'string' ? value.slice(0, 8000) : value) },
  { fault: 'a broken constraint is dropped silently', shownBy: /^rules: a constraint that the documents break/, makeStore: followingStore },
  { fault: 'nothing expires', shownBy: /^expiry: a past instant/, makeStore: underRules(() => ({ expires: undefined })) },
  { fault: 'queries find what has expired', shownBy: /^expiry: an expired document is neither/, makeStore: changed((_, rules, path, store) => ({ query: (request) => store.collection(path, { ...rules, expires: undefined }).query(request) })) },
  {
    fault: 'what is no date-time is stored',
    shownBy: /^expiry: an insert of what is no date-time/,
    makeStore: changed((collection, rules, path, store) => ({
      insert: async (id, content) => {
        try {
          return await collection.insert(id, content)
        } catch {
          return store.collection(path, { ...rules, expires: undefined }).insert(id, content)
        }
      }
    }))
  },
  { fault: 'purge counts one too many', shownBy: /^purge: there is nothing/, makeStore: changed((collection) => ({ purge: async () => await collection.purge() + 1 })) },
  {
    fault: 'purges at the same time count the same',
    shownBy: /^purge: of purges at the same time/,
    makeStore: (() => {
      let running: Promise<number> | undefined
      return changed((collection) => ({
        purge: () => {
          running ??= (async () => {
            await setImmediate()
            const count = await collection.purge()
            running = undefined
            return count
          })()
          return running
        }
      }))
    })()
  },
  {
    fault: 'remove answers another document',
    shownBy: /^delete: the answer is the document that was removed/,
    makeStore: changed((collection) => ({
      remove: async (id, revision) => {
        const outcome = await collection.remove(id, revision)
        return outcome.kind === 'written' ? { ...outcome, document: { ...outcome.document, content: {} } } : outcome
      }
    }))
  },
  { fault: 'ids are folded', shownBy: /^ids: letter case/, makeStore: renamed((id) => id.toLowerCase()) },
  { fault: 'ids are normalised', shownBy: /^ids: normal forms/, makeStore: renamed((id) => id.normalize()) },
  { fault: 'ids are trimmed', shownBy: /^ids: white space/, makeStore: renamed((id) => id.trimEnd()) },
  { fault: 'numbers have 15 digits', shownBy: /^values: broken numbers of seventeen digits/, makeStore: keeping((value) => typeof value === 'number' ? Number(value.toPrecision(15)) : value) },
  { fault: 'null members are left out', shownBy: /^values: null is not a missing member/, makeStore: keeping((value) => value === null ? undefined : value) },
  { fault: 'texts are normalised', shownBy: /^values: normal forms/, makeStore: keeping((value) => typeof value === 'string' ? value.normalize() : value) },
  { fault: 'content is shared with the caller', shownBy: /^create: what the caller changes after the call/, makeStore: sharingStore },
  {
    fault: 'the JSON text is that of something else',
    shownBy: /^read: the JSON text of the content/,
    makeStore: answered((result) => ({ ...result, documents: result.documents.map((document) => Object.defineProperty({ ...document }, contentJson, { value: '{}' })) }))
  },
  { fault: 'a count is that of the page', shownBy: /^counts: all that match/, makeStore: answered((result) => result.total === undefined ? result : { ...result, total: result.documents.length }) },
  { fault: 'an estimate claims to be exact', shownBy: /^counts: an estimate is a number/, makeStore: answered((result, { estimate = false }) => estimate && result.total !== undefined ? { ...result, total: result.total + 1 } : result) },
  { fault: 'an estimate counts what is not accepted', shownBy: /^accepts: an estimate/, makeStore: changed((collection) => ({ query: async (request) => ({ ...await collection.query(request), ...(request.estimate === true ? { total: (await collection.query({ ...without(request, 'accepts'), count: true })).total } : {}) }) })) },
  { fault: 'offset is ignored', shownBy: /^pages: an offset skips/, makeStore: asked((request) => without(request, 'offset')) },
  { fault: 'limit is ignored', shownBy: /^pages: a limit gives/, makeStore: asked((request) => without(request, 'limit')) },
  { fault: 'after is ignored', shownBy: /^pages: a position gives/, makeStore: asked((request) => without(request, 'after')) },
  { fault: 'after includes its document', shownBy: /^paging: pages of true by id, with no index are full/, makeStore: asked((request) => request.after === undefined ? request : { ...request, after: { ...request.after, id: request.after.id.slice(0, -1) } }) },
  { fault: 'accepts is ignored', shownBy: /^accepts: where none/, makeStore: asked((request) => without(request, 'accepts')) },
  {
    fault: 'what accepts throws is no',
    shownBy: /^accepts: what it throws/,
    makeStore: asked(({ accepts, ...request }) => accepts === undefined
      ? request
      : {
          ...request,
          accepts (document) {
            try {
              return accepts(document)
            } catch {
              return false
            }
          }
        })
  },
  {
    fault: 'eq tells upper from lower case',
    shownBy: /^filters: text eq "A" /,
    makeStore: answered((result, { filter }) => filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string'
      ? result
      : { ...result, documents: result.documents.filter(({ content }) => content[filter.field[0] ?? ''] === filter.value) })
  },
  { fault: 'in compares its first value', shownBy: /^filters: n in '\[1,10/, makeStore: asked((request) => request.filter.kind === 'in' ? { ...request, filter: { ...request.filter, values: request.filter.values.slice(0, 1) } } : request) },
  { fault: 'descending is ignored', shownBy: /^sort: by id downwards/, makeStore: asked((request) => ({ ...request, sortKeys: request.sortKeys.map((key) => ({ ...key, descending: false })) })) },
  { fault: 'only the first sort key counts', shownBy: /^sort: a second key/, makeStore: asked((request) => ({ ...request, sortKeys: request.sortKeys.slice(0, 1) })) },
  {
    fault: 'descending, what has no value comes first',
    shownBy: /^sort: descending, what has no value/,
    makeStore: answered((result, { sortKeys: [key] }) => key?.descending !== true
      ? result
      : { ...result, documents: [...result.documents.filter(({ content }) => content['a'] == null), ...result.documents.filter(({ content }) => content['a'] != null)] })
  },
  { fault: 'collections are forgotten', shownBy: /^collections: those with documents/, makeStore: () => Object.assign(memoryStore(), { collections: () => [] }) },
  { fault: 'the secret changes', shownBy: /^secret: it stays/, makeStore: () => Object.assign(memoryStore(), { secret: () => `${Math.random()}`.repeat(4) }) },
  {
    fault: 'many writes are left out where one is refused',
    shownBy: /^many writes: what is refused/,
    makeStore: changed((collection) => ({
      async writeAll (writes) {
        const ends: SettledWrite[] = []
        for (const write of writes) {
          const [end] = await settleAll(collection, [write])
          if (end !== undefined) ends.push(end)
          if (end?.status === 'rejected' || end?.value.kind !== 'written') break
        }
        return ends
      }
    }))
  },
  { fault: 'how many writes ended is told in another order', shownBy: /^many writes: what is refused/, makeStore: changed((collection) => ({ writeAll: async (writes) => (await settleAll(collection, writes)).toReversed() })) },
  { fault: 'many writes do not compare revisions', shownBy: /^many writes: a replace compares/, makeStore: changed((collection) => ({ writeAll: async (writes) => settleAll(collection, await Promise.all(writes.map(async (write) => unconditional(collection, write)))) })) },
  { fault: 'shared texts cannot be removed', shownBy: /^shared state: undefined removes/, makeStore: () => Object.assign(memoryStore(), { shared: sharedMap((texts, name, text) => texts.set(name, text ?? texts.get(name) ?? '')) }) },
  { fault: 'shared texts are kept by folded names', shownBy: /^shared state: names and texts/, makeStore: () => Object.assign(memoryStore(), { shared: sharedMap((texts, name, text) => texts.set(name.toLowerCase(), text ?? '')) }) }
]

function sharedMap (write: (texts: Map<string, string>, name: string, text: string | undefined) => void): Store['shared'] {
  const texts = new Map<string, string>()
  return { read: () => texts, write: (name, text) => write(texts, name, text) }
}

async function settleAll (collection: StoreCollection, writes: readonly CollectionWrite[]): Promise<readonly SettledWrite[]> {
  const ends: SettledWrite[] = []
  for (const write of writes) {
    ends.push(...await Promise.allSettled([(async () => write.kind === 'insert' ? collection.insert(write.id, write.content, write.json) : collection.replace(write.id, write.revision, write.content, write.json))()]))
  }
  return ends
}

async function unconditional (collection: StoreCollection, write: CollectionWrite): Promise<CollectionWrite> {
  const slot = await collection.read(write.id)
  return write.kind === 'insert' || slot.kind !== 'document' ? write : { ...write, revision: slot.document.revision }
}
