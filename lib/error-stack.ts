// Frozen where Node runs with frozen intrinsics.
const canLimit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/**
 * Makes an error that is an answer and no failure: nobody reads where it was made, and to find out takes ten times as long as
 * all the rest.
 */
export function withoutStack<Failure extends Error> (make: () => Failure): Failure {
  if (!canLimit) return make()
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The same error, which tells where this was called if it does not tell where it was made. */
export function withStack<Failure extends Error> (error: Failure): Failure {
  if (error.stack?.includes('\n    at ') !== true && Object.isExtensible(error)) Error.captureStackTrace(error, withStack)
  return error
}
