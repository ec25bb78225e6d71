import type { ResourceError } from '../errors.ts'
import type { AnswerHeaders, RowLabel } from './answer.ts'
import { changeRow, unexpectedRow } from './order.ts'

/** Which row an error comes from, and the header fields that the row obliges. */
export interface ErrorTrace {
  readonly row: RowLabel
  readonly headers: AnswerHeaders
}

const traces = new WeakMap<ResourceError, ErrorTrace>()

/** Notes which row an error comes from, and returns the error, to be thrown. */
export function trace<Failure extends ResourceError> (error: Failure, row: ErrorTrace['row'], headers: AnswerHeaders = {}): Failure {
  traces.set(error, { row, headers })
  return error
}

/** Where an error comes from. What handlers throw themselves is about the state of their documents: row 21. */
export function traceOf (error: ResourceError): ErrorTrace {
  return traces.get(error) ?? { row: error.statusCode === 500 ? unexpectedRow : changeRow, headers: {} }
}
