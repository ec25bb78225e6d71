import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, farAhead, foundIds, held, inMilliseconds, kindOf, longAgo, refused, sameDocument, untilKind, written } from './expectations.ts'
import type { JsonValue } from '../json.ts'
import type { Store, StoreCollection } from '../stores/store.ts'

function expiring (store: Store, more: Parameters<typeof rules>[0] = {}): StoreCollection {
  return store.collection('/expiring', rules({ expires: '/until', ...more }))
}

/** Values that are no RFC 3339 date-time. */
const noInstants: readonly JsonValue[] = ['', 'soon', 1, true, {}, [], '2026-02-29T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '2026-01-01T24:00:00Z', '1e3', 'tomorrow']

/** The wall clock of a place so many hours from UTC, `ms` from now. */
function inZone (hours: number, ms: number): string {
  const local = new Date(Date.now() + hours * 3_600_000 + ms).toISOString().slice(0, -1)
  return `${local}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
}

/** When a document expires, and what it is from then on. */
export const expiryCases: readonly ContractCase[] = casesOf('expiry', {
  async 'a past instant may be written, and the document is gone' (store) {
    const collection = expiring(store)
    assert.deepEqual((await written(collection.insert('a', { until: longAgo, n: 1 }))).content, { until: longAgo, n: 1 })
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'a document lives before its instant' (store) {
    const collection = expiring(store)
    for (const [n, until] of [farAhead, inMilliseconds(3_600_000), '2999-02-28T12:00:00Z'].entries()) {
      const document = await written(collection.insert(`${n}`, { until }))
      sameDocument(await held(collection, `${n}`), document)
    }
  },
  async 'a missing or null instant never comes' (store) {
    const collection = expiring(store)
    await written(collection.insert('a', {}))
    await written(collection.insert('b', { until: null }))
    assert.deepEqual(await foundIds(collection), ['a', 'b'])
    assert.equal(await collection.purge(), 0)
  },
  async 'without the rule the member is like any other' (store) {
    const collection = store.collection('/lasting', rules())
    await written(collection.insert('a', { until: longAgo }))
    await written(collection.insert('b', { until: 'never mind' }))
    assert.deepEqual(await foundIds(collection), ['a', 'b'])
  },
  async 'an expired document is gone to inserts' (store) {
    const collection = expiring(store)
    await written(collection.insert('a', { until: longAgo }))
    await refused(collection.insert('a', {}), 'gone')
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'an expired document has changed for replacements and removals' (store) {
    const collection = expiring(store)
    const { revision } = await written(collection.insert('a', { until: longAgo }))
    await refused(collection.replace('a', revision, {}), 'changed')
    await refused(collection.remove('a', revision), 'changed')
    assert.equal(await kindOf(collection, 'a'), 'gone')
  },
  async 'an expired document is neither found, nor counted, nor skipped by an offset' (store) {
    const collection = expiring(store, { indexes: ['/n'] })
    for (const [n, id] of ['a', 'b', 'c', 'd', 'e'].entries()) await written(collection.insert(id, { n, ...(n % 2 === 0 ? { until: longAgo } : {}) }))
    assert.deepEqual(await foundIds(collection), ['b', 'd'])
    assert.deepEqual(await foundIds(collection, { offset: 1 }), ['d'])
    assert.deepEqual(await foundIds(collection, { limit: 1 }), ['b'])
    assert.deepEqual(await foundIds(collection, { sortKeys: [{ pointer: ['n'], descending: true }] }), ['d', 'b'])
    assert.deepEqual(await foundIds(collection, { filter: { kind: 'compare', operator: 'ge', field: ['n'], value: 0 } }), ['b', 'd'])
    assert.equal((await collection.query(everything({ count: true, limit: 1 }))).total, 2)
  },
  async 'a document is found until its instant, and gone to everything from then on' (store) {
    const collection = expiring(store, { unique: [['/name']], indexes: ['/name'] })
    const { revision } = await written(collection.insert('a', { until: inMilliseconds(800), name: 'x' }))
    assert.equal(await kindOf(collection, 'a'), 'document')
    assert.deepEqual(await foundIds(collection), ['a'])
    assert.equal((await collection.insert('b', { name: 'x' })).kind, 'clash')
    await untilKind(collection, 'a', 'gone')
    assert.deepEqual(await foundIds(collection), [])
    await refused(collection.insert('a', {}), 'gone')
    await refused(collection.replace('a', revision, {}), 'changed')
    await refused(collection.remove('a', revision), 'changed')
    await written(collection.insert('b', { name: 'x' }))
  },
  async 'a replacement can put the instant off, take it away, or bring it on' (store) {
    const collection = expiring(store)
    const soon = { until: inMilliseconds(900) }
    const later = await written(collection.insert('later', soon))
    const never = await written(collection.insert('never', soon))
    const now = await written(collection.insert('now', { until: farAhead }))
    await written(collection.insert('as it was', soon))
    await written(collection.replace('later', later.revision, { until: farAhead }))
    await written(collection.replace('never', never.revision, {}))
    await written(collection.replace('now', now.revision, { until: longAgo }))
    assert.equal(await kindOf(collection, 'now'), 'gone')
    await untilKind(collection, 'as it was', 'gone')
    assert.deepEqual(await foundIds(collection), ['later', 'never'])
  },
  async 'the offset of a time zone counts' (store) {
    const collection = expiring(store)
    for (const hours of [-12, -1, 1, 14]) {
      await written(collection.insert(`past ${hours}`, { until: inZone(hours, -600_000) }))
      await written(collection.insert(`ahead ${hours}`, { until: inZone(hours, 600_000) }))
      assert.deepEqual([await kindOf(collection, `past ${hours}`), await kindOf(collection, `ahead ${hours}`)], ['gone', 'document'], `${hours} hours`)
    }
  },
  async 'every form of RFC 3339 is read' (store) {
    const collection = expiring(store)
    const past = ['0001-01-01T00:00:00Z', '0099-12-31T00:00:00Z', '1969-12-31T23:59:59Z', '2000-02-29T00:00:00z', '2000-01-01t00:00:00Z', '2016-12-31T23:59:60Z', '2000-01-01T00:00:00.123456789Z', '2000-01-01T00:00:00-00:00']
    const ahead = ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.999999999Z', '2996-02-29t00:00:00.5z', '9999-12-31T23:59:59-23:59', '2999-01-01T00:00:00+23:59']
    for (const [n, until] of [...past, ...ahead].entries()) {
      await written(collection.insert(`${n}`, { until }))
      assert.equal(await kindOf(collection, `${n}`), n < past.length ? 'gone' : 'document', until)
    }
  },
  async 'an insert of what is no date-time is refused with the status 400, and stores nothing' (store) {
    const collection = expiring(store)
    for (const until of noInstants) await assert.rejects(async () => collection.insert('a', { until }), { statusCode: 400 }, JSON.stringify(until))
    assert.equal(await kindOf(collection, 'a'), 'absent')
  },
  async 'a replacement by what is no date-time is refused with the status 400, and changes nothing' (store) {
    const collection = expiring(store)
    const document = await written(collection.insert('a', { n: 1 }))
    for (const until of noInstants) await assert.rejects(async () => collection.replace('a', document.revision, { until }), { statusCode: 400 }, JSON.stringify(until))
    sameDocument(await held(collection, 'a'), document)
  },
  async 'the instant is read along its pointer' (store) {
    const collection = expiring(store, { expires: '/meta/ends/0' })
    await written(collection.insert('a', { meta: { ends: [longAgo] } }))
    await written(collection.insert('b', { meta: { ends: [farAhead, longAgo] }, ends: longAgo }))
    await written(collection.insert('c', { meta: { ends: longAgo } }))
    await written(collection.insert('d', { meta: 'x' }))
    assert.deepEqual(await foundIds(collection), ['b', 'c', 'd'])
  },
  async 'the instant can be filtered and sorted by' (store) {
    const collection = expiring(store, { indexes: ['/until'] })
    await written(collection.insert('a', { until: '2999-01-01T00:00:00Z' }))
    await written(collection.insert('b', { until: '2998-01-01T00:00:00Z' }))
    await written(collection.insert('c', { until: longAgo }))
    assert.deepEqual(await foundIds(collection, { sortKeys: [{ pointer: ['until'], descending: false }] }), ['b', 'a'])
    assert.deepEqual(await foundIds(collection, { filter: { kind: 'compare', operator: 'lt', field: ['until'], value: '2999' } }), ['b'])
  }
})
