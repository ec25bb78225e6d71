import type { Awaitable } from './json.ts'

/*
 * What a synchronous store answers costs no promise: an operation goes on in the same turn, and only what has to be waited
 * for is waited for. `await` would take turns of the queue of microtasks at every step, more than half of what a read costs.
 */

/** Goes on with a value: at once where it is there, else when it is. What is thrown on the way is thrown, or rejects. */
export function andThen<Value, Next> (value: Awaitable<Value>, next: (value: Value) => Awaitable<Next>): Awaitable<Next> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Runs, and goes on with what is thrown, or rejects: `try` and `catch` around what may have to be waited for. */
export function orElse<Value> (run: () => Awaitable<Value>, mend: (error: unknown) => Awaitable<Value>): Awaitable<Value> {
  let value: Awaitable<Value>
  try {
    value = run()
  } catch (error) {
    return mend(error)
  }
  return isPromise(value) ? Promise.resolve(value).catch(mend) : value
}

/** Whether a value has to be waited for. Handlers may return any object with a `then`, as `await` takes it. */
export function isPromise<Value> (value: Awaitable<Value>): value is Promise<Value> {
  // Not `in`: where objects have many shapes V8 looks for what they have not on all their prototypes.
  return value instanceof Promise || (typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<Value>>).then === 'function')
}
