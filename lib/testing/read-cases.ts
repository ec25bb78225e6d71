import assert from 'node:assert/strict'
import { casesOf, rules } from './contract-case.ts'
import type { ContractCase } from './contract-case.ts'
import { everything, held, insertAll, kindOf, sameDocument, spoil, written } from './expectations.ts'
import { contentJson } from '../json.ts'
import type { StoredDocument } from '../stores/store.ts'

/** What `read` answers. */
export const readCases: readonly ContractCase[] = casesOf('read', {
  async 'what was never written is absent' (store) {
    const users = store.collection('/users', rules())
    assert.equal(await kindOf(users, 'a'), 'absent')
    await insertAll(users, ['b'])
    assert.equal(await kindOf(users, 'a'), 'absent')
  },
  async 'a document is found by exactly its id' (store) {
    const users = store.collection('/users', rules())
    await insertAll(users, ['ab'])
    for (const id of ['AB', 'Ab', 'a', 'b', 'abc', ' ab', 'ab ', '', '%', 'a%', '_b', '*']) assert.equal(await kindOf(users, id), 'absent', JSON.stringify(id))
    assert.equal(await kindOf(users, 'ab'), 'document')
  },
  async 'two reads answer the same' (store) {
    const users = store.collection('/users', rules())
    await insertAll(users, ['a'], { n: 1, list: [1, 2] })
    sameDocument(await held(users, 'a'), await held(users, 'a'))
  },
  async 'what was replaced is read from then on' (store) {
    const users = store.collection('/users', rules())
    let document = await written(users.insert('a', { n: 0 }))
    for (let n = 1; n <= 5; n++) {
      document = await written(users.replace('a', document.revision, { n }))
      sameDocument(await held(users, 'a'), document)
    }
  },
  async 'what was removed is not read any more' (store) {
    const users = store.collection('/users', rules())
    const { revision } = await written(users.insert('a', {}))
    await written(users.remove('a', revision))
    assert.equal(await kindOf(users, 'a'), 'absent')
  },
  async 'who opens the same path later reads the same' (store) {
    const document = await written(store.collection('/users', rules()).insert('a', { n: 1 }))
    sameDocument(await held(store.collection('/users', rules()), 'a'), document)
  },
  async 'a document is read as a query finds it' (store) {
    const users = store.collection('/users', rules({ indexes: ['/n'] }))
    await insertAll(users, ['a', 'b'], { n: 1, nested: { list: [1, { x: null }] } })
    for (const document of (await users.query(everything())).documents) sameDocument(await held(users, document.id), document)
  },
  async 'what the caller changes in what was read is not stored' (store) {
    const users = store.collection('/users', rules())
    await insertAll(users, ['a'], { list: [1] })
    spoil((await held(users, 'a')).content)
    for (const { content } of (await users.query(everything())).documents) spoil(content)
    assert.deepEqual((await held(users, 'a')).content, { list: [1] })
    assert.deepEqual((await users.query(everything())).documents[0]?.content, { list: [1] })
  },
  async 'what was read stays as it was when the document is replaced' (store) {
    const users = store.collection('/users', rules())
    await insertAll(users, ['a'], { n: 1 })
    const before = await held(users, 'a')
    await written(users.replace('a', before.revision, { n: 2 }))
    assert.deepEqual(before.content, { n: 1 })
  },
  async 'the JSON text of the content, where there is one, says the same' (store) {
    const users = store.collection('/users', rules())
    const inserted = await written(users.insert('a', { text: 'é😀\u2028"\\', n: [0.1, 1e21, null], nested: { a: {} } }))
    const replaced = await written(users.replace('a', inserted.revision, { text: 'Ω', n: [] }))
    const documents: readonly StoredDocument[] = [inserted, replaced, await held(users, 'a'), ...(await users.query(everything())).documents]
    for (const document of documents) {
      const text = document[contentJson]
      if (text !== undefined) assert.deepEqual(JSON.parse(text), document.content)
    }
    assert.equal(documents.length, 4)
  },
  async 'a JSON text that is handed in is that of the content' (store) {
    const users = store.collection('/users', rules())
    const [first, second] = [{ text: 'é😀\u2028"\\', n: 1 }, { n: [0.1, null], nested: { a: {} } }]
    const inserted = await written(users.insert('a', first, JSON.stringify(first)))
    const replaced = await written(users.replace('a', inserted.revision, second, JSON.stringify(second)))
    assert.deepEqual(inserted.content, first)
    assert.deepEqual(replaced.content, second)
    assert.deepEqual((await held(users, 'a')).content, second)
  },
  async 'the JSON text is no member that shows' (store) {
    const users = store.collection('/users', rules())
    await insertAll(users, ['a'], { n: 1 })
    const document = await held(users, 'a')
    assert.deepEqual(Object.keys(document.content), ['n'])
    assert.deepEqual(Object.getOwnPropertySymbols({ ...document }), [])
  },
  async 'many reads at once answer each its own' (store) {
    const users = store.collection('/users', rules())
    const ids = Array.from({ length: 30 }, (_, n) => `id ${n}`)
    const documents = await insertAll(users, ids)
    const read = await Promise.all([...ids, 'none'].map(async (id) => users.read(id)))
    for (const [n, document] of documents.entries()) {
      const slot = read[n]
      sameDocument(slot?.kind === 'document' ? slot.document : undefined, document)
    }
    assert.equal(read.at(-1)?.kind, 'absent')
  }
})
