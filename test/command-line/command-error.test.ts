import t from 'tap'
import { CommandError, describeError, failure, isStoreRefusal, wrongUse } from '../../lib/command-line/command-error.ts'
import { InternalServerError, ServiceUnavailable } from '../../lib/errors.ts'
import { CREST_ERR_STORE_DRIVER, CREST_ERR_STORE_UNIQUE } from '../../lib/stores/store-errors.ts'

t.test('an error is one line, with what is behind it', async (t) => {
  t.equal(describeError(new Error('a\n  b\r\n\nc\n')), 'a b c')
  t.equal(describeError(new TypeError('')), 'TypeError')
  t.equal(describeError('text\nmore'), 'text more')
  t.equal(describeError(new Error('a', { cause: new Error('b', { cause: new Error('c') }) })), 'a: b: c')
  t.equal(describeError(new Error('a', { cause: new Error('a') })), 'a')
  t.equal(describeError(new Error('a', { cause: 'b' })), 'a')
  t.equal(describeError(new ServiceUnavailable('The store is away', { cause: new Error('ECONNREFUSED') })), 'The store is away: ECONNREFUSED')
})

t.test('of a driver that is missing the message tells all', async (t) => {
  const error = Object.assign(new CREST_ERR_STORE_DRIVER('pg'), { cause: new Error('Cannot find package') })
  t.equal(describeError(error), 'There is no driver for the database: run npm install pg, or hand in a handle')
})

t.test('what the library says of a store is all, behind an answer too', async (t) => {
  const broken = new CREST_ERR_STORE_UNIQUE('/c', '"a"', '"b"', '/u')
  const answer = new InternalServerError(undefined, { cause: broken })
  t.equal(describeError(answer), 'The documents of /c break a unique constraint: "a" and "b" have the same values at /u')
  t.ok(isStoreRefusal(failure(answer)))
  t.notOk(isStoreRefusal(failure(new InternalServerError(undefined, { cause: new Error('away') }))))
  t.notOk(isStoreRefusal('text'))
})

t.test('a failure has status 3, and what is a command error already stays what it is', async (t) => {
  const usage = wrongUse('no')
  t.equal(usage.status, 2)
  t.equal(failure(usage), usage)
  const cause = new Error('away')
  t.match(failure(cause), { status: 3, message: 'away', cause })
  t.type(failure(cause), CommandError)
})
