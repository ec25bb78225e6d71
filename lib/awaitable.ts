import type { Awaitable } from './json.ts'

/*
 * What a synchronous store answers costs no promise: an operation goes on in the same turn, and only what has to be waited
 * for is waited for. `await` would take turns of the queue of microtasks at every step, more than half of what a read costs.
 */

/**
 * Goes on with a value: at once where it is there, else when it is. What is thrown on the way is thrown, or rejects.
 *
 * @param given what `next` needs beside: where each request comes by, a function of its own would be made for each
 */
export function andThen<Value, Next> (value: Awaitable<Value>, next: (value: Value) => Awaitable<Next>): Awaitable<Next>
export function andThen<Value, Next, Given> (value: Awaitable<Value>, next: (value: Value, given: Given) => Awaitable<Next>, given: Given): Awaitable<Next>
export function andThen<Value, Next, Given> (value: Awaitable<Value>, next: (value: Value, given: Given) => Awaitable<Next>, given?: Given): Awaitable<Next> {
  return isPromise(value) ? laterThen(value, next, given as Given) : next(value, given as Given)
}

/**
 * Runs, and goes on with what is thrown, or rejects: `try` and `catch` around what may have to be waited for.
 *
 * @param given what both need, as in {@link andThen}
 */
export function orElse<Value> (run: () => Awaitable<Value>, mend: (error: unknown) => Awaitable<Value>): Awaitable<Value>
export function orElse<Value, Given> (run: (given: Given) => Awaitable<Value>, mend: (error: unknown, given: Given) => Awaitable<Value>, given: Given): Awaitable<Value>
export function orElse<Value, Given> (run: (given: Given) => Awaitable<Value>, mend: (error: unknown, given: Given) => Awaitable<Value>, given?: Given): Awaitable<Value> {
  let value: Awaitable<Value>
  try {
    value = run(given as Given)
  } catch (error) {
    return mend(error, given as Given)
  }
  return isPromise(value) ? laterElse(value, mend, given as Given) : value
}

// By themselves: a function that makes another one has to prepare for it each time.

function laterThen<Value, Next, Given> (value: Promise<Value>, next: (value: Value, given: Given) => Awaitable<Next>, given: Given): Promise<Next> {
  return Promise.resolve(value).then((found) => next(found, given))
}

function laterElse<Value, Given> (value: Promise<Value>, mend: (error: unknown, given: Given) => Awaitable<Value>, given: Given): Promise<Value> {
  return Promise.resolve(value).catch((error: unknown) => mend(error, given))
}

/** Whether a value has to be waited for. Handlers may return any object with a `then`, as `await` takes it. */
export function isPromise<Value> (value: Awaitable<Value>): value is Promise<Value> {
  // Not `in`: where objects have many shapes V8 looks for what they have not on all their prototypes.
  return value instanceof Promise || (typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<Value>>).then === 'function')
}
