import { contractCases } from './contract-cases.ts'
import type { RunCase } from './contract-case.ts'
import type { Awaitable } from '../json.ts'
import type { Store } from '../stores/store.ts'

/**
 * Makes the store that a case runs on: empty, and nobody else's. `runner` is what the test function gives to each test, and
 * the place to register clean-up. What it throws fails the case.
 *
 * @example
 * const makeStore: MakeStore<TestContext> = (runner) => {
 *   const handle = new DatabaseSync(':memory:')
 *   runner.after(() => handle.close())
 *   return sqliteStore(handle)
 * }
 */
export type MakeStore<Runner = unknown> = (runner: Runner) => Awaitable<Store>

/**
 * A test function: `test` of node:test or vitest, `t.test` of tap. `run` rejects where the case does not hold. What it
 * returns is waited for where it is a promise.
 *
 * @example
 * const register: RegisterTest<Test> = (name, run) => t.test(name, { timeout: 60_000 }, run)
 */
export type RegisterTest<Runner = unknown> = (name: string, run: (runner: Runner) => Promise<void>) => unknown

/**
 * Registers a test for every promise of the `Store` interface: what writes answer and leave, unique constraints,
 * tombstones, expiry, queries (compared with the reference, `queryPredicate` and `comparePositions`), pages, races and
 * limits. All are registered at once, as the `describe` of a test runner expects it; each has a store of its own, attached
 * before and detached after it, and waits until no other one runs.
 *
 * Assertions are those of `node:assert`, random data are the same in every run, and time is waited for, less than a
 * second in any case: the clock of the store may be that of a database, but must be within some tenths of a second of that
 * of this process. A store that purges by itself must not do so meanwhile: `purge` is expected to count everything.
 *
 * @param makeStore gives an empty store for each case; what it opens is closed by what it registers with the runner
 * @param test registers a test
 * @returns where `test` returns promises, one that is fulfilled when they are: await it
 * @throws what `test` throws; where promises of `test` reject, what the first of them rejects with
 * @example
 * import { test } from 'node:test'
 * import { memoryStore } from 'fastify-common-rest'
 * import { storeContract } from 'fastify-common-rest/testing'
 *
 * await storeContract(() => memoryStore(), test)
 */
export function storeContract<Runner = unknown> (makeStore: MakeStore<Runner>, test: RegisterTest<Runner>): void | Promise<void> {
  // Stores of two cases may be one database, which the later one empties.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = async (action: () => Promise<void>): Promise<void> => {
    const ended = last.then(action)
    last = ended.catch(() => {})
    return ended
  }
  const registered = contractCases.map(({ name, run }) => test(name, async (runner) => inTurn(async () => runCase(run, await makeStore(runner)))))
  const promises = registered.filter(isPromise)
  if (promises.length > 0) return allOf(promises)
}

async function runCase (run: RunCase, store: Store): Promise<void> {
  store.attach()
  try {
    await run(store)
  } finally {
    await store.detach()
  }
}

async function allOf (promises: readonly Promise<unknown>[]): Promise<void> {
  const failure = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected')
  if (failure?.status === 'rejected') throw failure.reason
}

function isPromise (value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
