import { withoutStack } from './error-stack.ts'

const shared = new WeakSet<Error>()

/**
 * Makes an error that answers all requests alike, so that it and its content are made once. It must not be thrown to callers,
 * who have a right to one of their own. It is not frozen: loggers mark the errors that they write.
 */
export function shareError<Failure extends Error> (make: () => Failure): Failure {
  const error = withoutStack(make)
  shared.add(error)
  return error
}

/** Whether an error answers all requests alike. */
export function isShared (error: Error): boolean {
  return shared.has(error)
}
