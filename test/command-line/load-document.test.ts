import t from 'tap'
import type { Test } from 'tap'
import { loadDocument } from '../../lib/command-line/load-document.ts'
import type { LoadOutcome } from '../../lib/command-line/load-document.ts'
import type { OnConflict } from '../../lib/command-line/parse-arguments.ts'
import type { CollectionHandle } from '../../lib/declare/handle.ts'
import type { JsonObject } from '../../lib/json.ts'
import { buildApp } from '../plugin/app.ts'

/** Loads a document while somebody else creates one: after it was looked for, and before it is created. */
async function loadInRace (t: Test, onConflict: OnConflict, document: JsonObject, rival: JsonObject): Promise<{ readonly outcome: LoadOutcome, readonly stored: readonly JsonObject[] }> {
  const app = await buildApp(t)
  let isRaced = false
  const handle: CollectionHandle = app.resource('/x', {
    unique: ['/mail'],
    prepare: async ({ operation, content }) => {
      if (operation === 'create' && !isRaced) {
        isRaced = true
        await handle.create(rival)
      }
      return content
    }
  })
  const outcome = await loadDocument({ handle, params: {}, onConflict }, document)
  const { results } = await handle.query()
  return { outcome, stored: results.map(({ id, content }) => ({ _id: id, ...content })) }
}

t.test('what somebody else creates meanwhile is skipped', async (t) => {
  const { outcome, stored } = await loadInRace(t, 'skip', { _id: 'a', n: 1 }, { _id: 'a', n: 2 })
  t.strictSame([outcome, stored], [{ kind: 'skipped' }, [{ _id: 'a', n: 2 }]])
})

t.test('what somebody else creates meanwhile is replaced', async (t) => {
  const { outcome, stored } = await loadInRace(t, 'replace', { _id: 'a', n: 1 }, { _id: 'a', n: 2 })
  t.strictSame([outcome, stored], [{ kind: 'replaced' }, [{ _id: 'a', n: 1 }]])
})

t.test('without either it is refused', async (t) => {
  const { outcome, stored } = await loadInRace(t, 'fail', { _id: 'a', n: 1 }, { _id: 'a', n: 2 })
  t.match(outcome, { kind: 'refused', reason: /^409 The id is taken/ })
  t.strictSame(stored, [{ _id: 'a', n: 2 }])
})

for (const onConflict of ['skip', 'replace'] as const) {
  t.test(`a unique value that another document has got meanwhile is refused by ${onConflict}, with an id or without`, async (t) => {
    for (const id of [{ _id: 'a' }, {}]) {
      const { outcome, stored } = await loadInRace(t, onConflict, { ...id, mail: 'm' }, { _id: 'b', mail: 'm' })
      t.match(outcome, { kind: 'refused', reason: /^409 .*unique/ })
      t.strictSame(stored, [{ _id: 'b', mail: 'm' }])
    }
  })
}
