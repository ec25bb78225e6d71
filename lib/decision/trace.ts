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

/**
 * Where an error comes from.
 *
 * @param untraced the row of one that none has noted; by default row 21, as what handlers throw is about the state of their documents
 */
export function traceOf (error: ResourceError, untraced: RowLabel = error.statusCode === 500 ? unexpectedRow : changeRow): ErrorTrace {
  return traces.get(error) ?? { row: untraced, headers: {} }
}
