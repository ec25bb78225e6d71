import t from 'tap'
import { contentRow } from '../../lib/decision/order.ts'
import { trace, traceOf } from '../../lib/decision/trace.ts'
import { Conflict, InternalServerError, PreconditionFailed } from '../../lib/errors.ts'

t.test('an error remembers the row that it comes from, and the header fields', async t => {
  const error = new PreconditionFailed('If-Match is false')
  t.equal(trace(error, contentRow, { etag: '"r"' }), error)
  t.strictSame(traceOf(error), { row: contentRow, headers: { etag: '"r"' } })
  t.strictSame(traceOf(trace(error, contentRow)), { row: contentRow, headers: {} })
  t.strictSame(Object.keys(error), Object.keys(new PreconditionFailed('If-Match is false')))
})

t.test('an error that a handler throws is about the state of its documents, a 500 is unexpected', async t => {
  t.match(traceOf(new Conflict('locked')), { row: { number: 21 }, headers: {} })
  t.match(traceOf(new InternalServerError('broken')), { row: { number: 0 }, headers: {} })
})
