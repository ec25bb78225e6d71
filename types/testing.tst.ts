import { test as nodeTest } from 'node:test'
import type { TestContext } from 'node:test'
import tap from 'tap'
import type { Test } from 'tap'
import { expect, test } from 'tstyche'
import { memoryStore } from '../lib/index.ts'
import { storeContract } from '../lib/testing.ts'
import type { MakeStore, RegisterTest } from '../lib/testing.ts'

/** As vitest and mocha declare theirs: a test function that returns nothing. */
declare const silentTest: (name: string, run: (context: { readonly onTestFinished: (end: () => void) => void }) => Promise<void> | void) => void

test('a contract takes the test functions of runners as they are', () => {
  expect(storeContract(() => memoryStore(), nodeTest)).type.toBe<void | Promise<void>>()
  expect(storeContract).type.toBeCallableWith(() => memoryStore(), tap.test)
  expect(storeContract).type.toBeCallableWith(async () => memoryStore(), silentTest)
  expect(storeContract).type.toBeCallableWith(() => memoryStore(), (name: string, run: (runner: unknown) => Promise<void>) => tap.test(name, run))
  expect(storeContract).type.not.toBeCallableWith(() => ({}), nodeTest)
})

test('the runner that a store is made with is that of the test function', () => {
  storeContract((runner: TestContext) => {
    runner.after(() => {})
    return memoryStore()
  }, nodeTest)
  storeContract((runner: Test) => {
    runner.teardown(() => {})
    return memoryStore()
  }, (name, run) => tap.test(name, run))
  storeContract((runner) => {
    runner.onTestFinished(() => {})
    return memoryStore()
  }, silentTest)
  expect<MakeStore<Test>>().type.toBeAssignableFrom((runner: Test) => memoryStore())
  expect<RegisterTest<TestContext>>().type.toBeAssignableFrom(nodeTest)
})
