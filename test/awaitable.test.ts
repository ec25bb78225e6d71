import t from 'tap'
import { andThen, isPromise, orElse } from '../lib/awaitable.ts'
import type { Awaitable } from '../lib/json.ts'

const failure = new Error('broken')
const fail = (): never => { throw failure }
/** What handlers may return as well: no promise, but `await` would wait for it. */
const thenable = <Value>(value: Value): Promise<Value> => ({ then: (done: (value: Value) => unknown) => { done(value) } }) as unknown as Promise<Value>

t.test('what is there is gone on with at once', async (t) => {
  t.equal(andThen(1, (value) => value + 1), 2)
  t.equal(andThen(undefined, () => 'next'), 'next')
  t.equal(orElse(() => 1, () => 2), 1)
  t.equal(orElse(fail, (error) => error === failure ? 2 : 3), 2)
  t.throws(() => andThen(1, fail), failure)
  t.throws(() => orElse(fail, (error) => { throw error }), failure)
})

t.test('what is not there yet is waited for', async (t) => {
  for (const given of [Promise.resolve(1), thenable(1)]) {
    const next = andThen<number, number>(given, (value) => value + 1)
    t.ok(isPromise(next))
    t.equal(await next, 2)
    t.equal(await orElse<number>(() => given, () => 2), 1)
  }
  t.equal(await andThen(1, async (value) => value + 1), 2)
  t.equal(await orElse<number>(async () => fail(), () => 2), 2)
  await t.rejects(async () => andThen(Promise.resolve(1), fail), failure)
  await t.rejects(async () => orElse(async () => fail(), (error) => { throw error }), failure)
})

t.test('a value with a member of that name is a value', async (t) => {
  for (const value of [{ then: 'later' }, null, undefined, 0, 'then'] as Array<Awaitable<unknown>>) t.notOk(isPromise(value), JSON.stringify(value))
})
