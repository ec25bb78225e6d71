import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { clashed, everything, foundIds, held, insertAll, insertAndRemove, kindOf, longAgo, refused, sameDocument, written } from './expectations.ts'

const brokenConstraint = { code: 'CREST_ERR_STORE_UNIQUE' }

/** What happens where a path is opened under other rules than before: the next release of an application declares them. */
export const ruleCases: readonly ContractCase[] = casesOf('rules', {
  async 'equal rules in another object change nothing' (store) {
    const document = await written(store.collection('/same', rules({ unique: [['/n']], indexes: ['/n'] })).insert('a', { n: 1 }))
    const again = store.collection('/same', rules({ unique: [['/n']], indexes: ['/n'] }))
    sameDocument(await held(again, 'a'), document)
    await clashed(again.insert('b', { n: 1 }), ['/n'])
  },
  async 'a unique constraint that is declared later holds for what is stored' (store) {
    const before = store.collection('/later', rules())
    for (let n = 0; n < 150; n++) await written(before.insert(`${n}`, { n }))
    const after = store.collection('/later', rules({ unique: [['/n']] }))
    await clashed(after.insert('x', { n: 149 }), ['/n'])
    await written(after.insert('x', { n: 150 }))
    await clashed(after.insert('y', { n: 150 }), ['/n'])
  },
  async 'a constraint is added to others' (store) {
    await insertAll(store.collection('/later', rules({ unique: [['/n']] })), ['a'], { n: 1, mail: 'm' })
    const after = store.collection('/later', rules({ unique: [['/mail'], ['/n']] }))
    await clashed(after.insert('b', { n: 1 }), ['/n'])
    await clashed(after.insert('b', { mail: 'm' }), ['/mail'])
  },
  async 'constraints in another order are the same' (store) {
    await insertAll(store.collection('/order', rules({ unique: [['/a'], ['/b']] })), ['a'], { a: 1, b: 2 })
    const after = store.collection('/order', rules({ unique: [['/b'], ['/a']] }))
    await clashed(after.insert('b', { a: 1 }), ['/a'])
    await clashed(after.insert('b', { b: 2 }), ['/b'])
    await written(after.insert('b', { a: 2, b: 1 }))
  },
  async 'a constraint that is dropped holds no more' (store) {
    await insertAll(store.collection('/dropped', rules({ unique: [['/n']] })), ['a'], { n: 1 })
    await insertAll(store.collection('/dropped', rules()), ['b'], { n: 1 })
  },
  async 'a constraint of other members takes the place of a former one' (store) {
    await insertAll(store.collection('/other', rules({ unique: [['/n']] })), ['a'], { n: 1, m: 2 })
    const after = store.collection('/other', rules({ unique: [['/n', '/m']] }))
    await written(after.insert('b', { n: 1, m: 1 }))
    await clashed(after.insert('c', { n: 1, m: 2 }), ['/n', '/m'])
  },
  async 'a constraint that the documents break is refused with CREST_ERR_STORE_UNIQUE, every time' (store) {
    await insertAll(store.collection('/broken', rules()), ['a', 'b'], { n: 1 })
    const rule = rules({ unique: [['/n']] })
    for (let time = 0; time < 2; time++) {
      await assert.rejects(async () => store.collection('/broken', rule).read('a'), brokenConstraint)
      await assert.rejects(async () => store.collection('/broken', rule).insert('c', {}), brokenConstraint)
    }
  },
  async 'where a constraint was refused the documents are as they were' (store) {
    const documents = await insertAll(store.collection('/broken', rules()), ['a', 'b'], { n: 1 })
    await assert.rejects(async () => store.collection('/broken', rules({ unique: [['/n']] })).read('a'), brokenConstraint)
    const without = store.collection('/broken', rules())
    for (const document of documents) sameDocument(await held(without, document.id), document)
    await insertAll(without, ['c'], { n: 1 })
  },
  async 'a constraint can be declared once the documents keep it' (store) {
    const before = store.collection('/mended', rules())
    const [first] = await insertAll(before, ['a', 'b'], { n: 1 })
    await assert.rejects(async () => store.collection('/mended', rules({ unique: [['/n']] })).read('a'), brokenConstraint)
    await written(store.collection('/mended', rules()).replace('a', first?.revision ?? '', { n: 2 }))
    await clashed(store.collection('/mended', rules({ unique: [['/n']] })).insert('c', { n: 1 }), ['/n'])
  },
  async 'neither expired documents nor tombstones break a constraint' (store) {
    const common = { expires: '/until', tombstones: true } as const
    const before = store.collection('/expired', rules(common))
    await insertAll(before, ['a', 'b'], { n: 1, until: longAgo })
    await insertAndRemove(before, 'c', { n: 1 })
    await insertAll(before, ['d'], { n: 1 })
    const after = store.collection('/expired', rules({ ...common, unique: [['/n']] }))
    assert.equal(await kindOf(after, 'd'), 'document')
    await clashed(after.insert('e', { n: 1 }), ['/n'])
  },
  async 'a constraint of one path says nothing about others' (store) {
    await insertAll(store.collection('/one', rules()), ['a', 'b'], { n: 1 })
    const rule = rules({ unique: [['/n']] })
    await written(store.collection('/other', rule).insert('a', { n: 1 }))
    await assert.rejects(async () => store.collection('/one', rule).read('a'), brokenConstraint)
    assert.equal(await kindOf(store.collection('/other', rule), 'a'), 'document')
  },
  async 'an expires rule that is declared later holds for what is stored' (store) {
    const before = store.collection('/later', rules())
    await insertAll(before, ['a'], { until: longAgo, n: 1 })
    await insertAll(before, ['b'], { n: 1 })
    const after = store.collection('/later', rules({ expires: '/until', unique: [['/n']] }))
    assert.equal(await kindOf(after, 'a'), 'gone')
    assert.deepEqual(await foundIds(after), ['b'])
    await refused(after.insert('a', {}), 'gone')
    assert.equal(await after.purge(), 1)
  },
  async 'what is stored and no date-time never expires' (store) {
    const before = store.collection('/later', rules())
    for (const [n, until] of ['soon', 1, {}, ['2000-01-01T00:00:00Z'], true].entries()) await written(before.insert(`${n}`, { until }))
    const after = store.collection('/later', rules({ expires: '/until' }))
    assert.equal((await foundIds(after)).length, 5)
    assert.equal(await after.purge(), 0)
  },
  async 'an expires rule of another member takes the place of the former one' (store) {
    const before = store.collection('/other', rules({ expires: '/one' }))
    await insertAll(before, ['a'], { one: longAgo })
    await insertAll(before, ['b'], { two: longAgo })
    assert.deepEqual(await foundIds(store.collection('/other', rules({ expires: '/two' }))), ['a'])
  },
  async 'without its expires rule an expired document lives again' (store) {
    await insertAll(store.collection('/dropped', rules({ expires: '/until' })), ['a'], { until: longAgo })
    const after = store.collection('/dropped', rules())
    assert.equal(await kindOf(after, 'a'), 'document')
    assert.deepEqual(await foundIds(after), ['a'])
    await refused(after.insert('a', {}), 'taken')
  },
  async 'tombstones outlast other rules' (store) {
    await insertAndRemove(store.collection('/gone', rules({ tombstones: true })), 'a', { n: 1 })
    for (const rule of [rules({ tombstones: true, unique: [['/n']] }), rules({ tombstones: true, expires: '/until' }), rules({ tombstones: true, indexes: ['/n'] })]) {
      assert.equal(await kindOf(store.collection('/gone', rule), 'a'), 'gone')
    }
  },
  async 'an index that is declared later finds what is stored' (store) {
    const before = store.collection('/later', rules())
    for (let n = 0; n < 40; n++) await written(before.insert(`${n}`, { n: n % 4, tags: ['x', n] }))
    const after = store.collection('/later', rules({ indexes: ['/n', '/tags'] }))
    const one = { kind: 'compare', operator: 'eq', field: ['n'], value: 1 } as const
    assert.equal((await after.query(everything({ filter: one, count: true }))).total, 10)
    assert.deepEqual(await foundIds(after, { filter: { kind: 'compare', operator: 'eq', field: ['tags'], value: 7 } }), ['7'])
    await insertAll(after, ['new'], { n: 1 })
    assert.equal((await after.query(everything({ filter: one, count: true }))).total, 11)
  },
  async 'indexes come and go, and what is written meanwhile is found under all of them' (store) {
    const declarations = [[], ['/n'], ['/m'], ['/m', '/n'], ['/n', '/n'], [], ['/n', '/', '/_id', '/_rev'], ['/n']]
    for (const [round, indexes] of declarations.entries()) {
      const collection = store.collection('/changing', rules({ indexes }))
      await written(collection.insert(`new ${round}`, { n: round, m: -round }))
      const last = await held(collection, `new ${Math.max(0, round - 1)}`)
      await written(collection.replace(last.id, last.revision, { ...last.content, touched: round }))
      const ids = declarations.slice(0, round + 1).map((_, n) => `new ${n}`)
      assert.deepEqual(await foundIds(collection, { sortKeys: [{ pointer: ['n'], descending: false }] }), ids)
      assert.deepEqual(await foundIds(collection, { sortKeys: [{ pointer: ['m'], descending: false }] }), ids.toReversed())
      assert.deepEqual(await foundIds(collection, { filter: { kind: 'compare', operator: 'lt', field: ['m'], value: -1 } }), ids.slice(2))
    }
  }
})
