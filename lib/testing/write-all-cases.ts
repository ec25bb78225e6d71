import assert from 'node:assert/strict'
import { BadRequest } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { CollectionRules, CollectionWrite, SettledWrite, StoreCollection } from '../stores/store.ts'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { farAhead, foundIds, held, insertAll, insertAndRemove, kindOf, longAgo, written } from './expectations.ts'

type WriteAll = (writes: readonly CollectionWrite[]) => Promise<readonly SettledWrite[]>

// A store may leave it out, which is all that is asked of it then.
function ofCollection (overrides: Partial<CollectionRules>, run: (collection: StoreCollection, writeAll: WriteAll) => Promise<void>): RunCase {
  return async (store) => {
    const collection = store.collection('/users', rules(overrides))
    if (collection.writeAll === undefined) assert.equal(collection.writeAll, undefined)
    else await run(collection, async (writes) => await collection.writeAll?.(writes) ?? [])
  }
}

function inserting (id: string, content: JsonObject = {}, json?: string): CollectionWrite {
  return { kind: 'insert', id, content, json }
}

function replacing (id: string, revision: string, content: JsonObject): CollectionWrite {
  return { kind: 'replace', id, revision, content, json: undefined }
}

/** How each write ended, in a word. */
function ends (settled: readonly SettledWrite[]): readonly string[] {
  return settled.map((end) => end.status === 'fulfilled' ? end.value.kind : end.reason instanceof BadRequest ? 'bad' : String(end.reason))
}

/** Many writes at once, where a store can. */
export const writeAllCases: readonly ContractCase[] = casesOf('many writes', {
  'all are written, each with a revision of its own': ofCollection({ indexes: ['/n'] }, async (users, writeAll) => {
    const settled = await writeAll(Array.from({ length: 300 }, (_, n) => inserting(`u${n}`, { n })))
    assert.deepEqual(new Set(ends(settled)), new Set(['written']))
    assert.equal((await foundIds(users)).length, 300)
    const revisions = new Set<string>()
    for (const [n, end] of settled.entries()) {
      assert.ok(end.status === 'fulfilled' && end.value.kind === 'written')
      const { id, revision, content } = end.value.document
      assert.deepEqual([id, content], [`u${n}`, { n }])
      assert.equal((await held(users, id)).revision, revision)
      revisions.add(revision)
    }
    assert.equal(revisions.size, 300)
    assert.deepEqual(await foundIds(users, { filter: { kind: 'compare', operator: 'eq', field: ['n'], value: 7 } }), ['u7'])
  }),
  'none is no write': ofCollection({}, async (users, writeAll) => {
    assert.deepEqual([...await writeAll([])], [])
    assert.deepEqual(await foundIds(users), [])
  }),
  'what is refused keeps no other from being written': ofCollection({ unique: [['/name']], tombstones: true }, async (users, writeAll) => {
    const before = await written(users.insert('taken', { name: 'x' }))
    await insertAndRemove(users, 'gone')
    const settled = await writeAll([inserting('a', { name: 'a' }), inserting('taken', { name: 'b' }), inserting('gone'), inserting('clash', { name: 'x' }), inserting('z', { name: 'z' })])
    assert.deepEqual(ends(settled), ['written', 'taken', 'gone', 'clash', 'written'])
    assert.deepEqual(await foundIds(users), ['a', 'taken', 'z'])
    assert.equal((await held(users, 'taken')).revision, before.revision)
  }),
  'a clash among many is told from the others': ofCollection({ unique: [['/name']] }, async (users, writeAll) => {
    await insertAll(users, ['held'], { name: 'n40' })
    const settled = await writeAll(Array.from({ length: 100 }, (_, n) => inserting(`u${n}`, { name: `n${n % 80}` })))
    assert.deepEqual(ends(settled).flatMap((end, n) => end === 'clash' ? n : []), [40, ...Array.from({ length: 20 }, (_, n) => 80 + n)])
    assert.equal((await foundIds(users)).length, 80)
  }),
  'the first of two under one id is written': ofCollection({}, async (users, writeAll) => {
    assert.deepEqual(ends(await writeAll([inserting('a', { n: 1 }), inserting('b'), inserting('a', { n: 2 })])), ['written', 'written', 'taken'])
    assert.deepEqual((await held(users, 'a')).content, { n: 1 })
  }),
  'the first of two with one value is written': ofCollection({ unique: [['/name']] }, async (users, writeAll) => {
    assert.deepEqual(ends(await writeAll([inserting('b', { name: 'x' }), inserting('a', { name: 'x' })])), ['written', 'clash'])
    assert.deepEqual(await foundIds(users), ['b'])
  }),
  'a replace compares the revision and sets': ofCollection({ indexes: ['/n'] }, async (users, writeAll) => {
    const [a, b, c] = await insertAll(users, ['a', 'b', 'c'], { n: 0 })
    assert.ok(a !== undefined && b !== undefined && c !== undefined)
    const settled = await writeAll([replacing('a', a.revision, { n: 1 }), replacing('b', a.revision, { n: 1 }), replacing('no', a.revision, { n: 1 }), replacing('c', c.revision, { n: 1 })])
    assert.deepEqual(ends(settled), ['written', 'changed', 'changed', 'written'])
    assert.deepEqual(await foundIds(users, { filter: { kind: 'compare', operator: 'eq', field: ['n'], value: 1 } }), ['a', 'c'])
    assert.notEqual((await held(users, 'a')).revision, a.revision)
    assert.equal((await held(users, 'b')).revision, b.revision)
  }),
  'of two replaces of one revision one is written': ofCollection({}, async (users, writeAll) => {
    const { revision } = await written(users.insert('a', {}))
    assert.deepEqual(ends(await writeAll([replacing('a', revision, { n: 1 }), replacing('a', revision, { n: 2 })])), ['written', 'changed'])
    assert.deepEqual((await held(users, 'a')).content, { n: 1 })
  }),
  'inserts and replaces go together': ofCollection({ unique: [['/name']] }, async (users, writeAll) => {
    const { revision } = await written(users.insert('a', { name: 'x' }))
    assert.deepEqual(ends(await writeAll([inserting('b', { name: 'x' }), replacing('a', revision, { name: 'y' }), inserting('c', { name: 'x' }), inserting('d', { name: 'y' })])), ['clash', 'written', 'written', 'clash'])
    assert.deepEqual(await foundIds(users), ['a', 'c'])
  }),
  'a replace takes no value that another document holds': ofCollection({ unique: [['/name']] }, async (users, writeAll) => {
    const { revision } = await written(users.insert('a', { name: 'x' }))
    await written(users.insert('b', { name: 'y' }))
    assert.deepEqual(ends(await writeAll([replacing('a', revision, { name: 'y' }), inserting('c', { name: 'z' })])), ['clash', 'written'])
    assert.deepEqual((await held(users, 'a')).content, { name: 'x' })
  }),
  'a content that is refused keeps no other from being written': ofCollection({ expires: '/until' }, async (users, writeAll) => {
    const settled = await writeAll([inserting('a', { until: farAhead }), inserting('b', { until: 'soon' }), inserting('c', { until: longAgo }), inserting('d')])
    assert.deepEqual(ends(settled), ['written', 'bad', 'written', 'written'])
    assert.deepEqual(await foundIds(users), ['a', 'd'])
    assert.equal(await kindOf(users, 'c'), 'gone')
  }),
  'the text of a content is taken as it is': ofCollection({}, async (users, writeAll) => {
    await writeAll([inserting('a', { n: 1 }, '{"n":1}'), inserting('b', { n: 2, missing: undefined } as JsonObject)])
    assert.deepEqual([(await held(users, 'a')).content, (await held(users, 'b')).content], [{ n: 1 }, { n: 2 }])
  }),
  'ids of any characters are kept apart': ofCollection({}, async (users, writeAll) => {
    const ids = ['a', 'A', 'ä', 'a\u0308', '\ufeffa', "'", '{"x":1}', '%', '\u{1f600}', 'NULL', '{NULL}', '\\']
    assert.deepEqual(new Set(ends(await writeAll(ids.map((id) => inserting(id, { id }))))), new Set(['written']))
    for (const id of ids) assert.deepEqual((await held(users, id)).content, { id })
    assert.deepEqual(new Set(ends(await writeAll(ids.map((id) => inserting(id))))), new Set(['taken']))
  }),
  'two calls at the same time write each document once': ofCollection({ unique: [['/name']] }, async (users, writeAll) => {
    const writes = Array.from({ length: 100 }, (_, n) => inserting(`u${n}`, { name: `n${n}` }))
    const [one = [], other = []] = await Promise.all([writeAll(writes), writeAll([...writes].reverse())])
    const ended = ends(one).map((end, n) => [end, ends(other)[99 - n]].sort().join(' '))
    assert.deepEqual(new Set(ended), new Set(['taken written']))
    assert.equal((await foundIds(users)).length, 100)
  })
})
