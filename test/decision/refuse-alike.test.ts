import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { refuseAlike } from '../../lib/decision/answer.ts'
import { NotFound } from '../../lib/errors.ts'
import { isShared } from '../../lib/shared-errors.ts'

const isAbsent = refuseAlike(() => new NotFound('nothing'))

t.test('over HTTP one error serves all requests', async (t) => {
  const request = {} as FastifyRequest
  const first = isAbsent({ request })
  t.equal(isAbsent({ request }).error, first.error)
  t.ok(isShared(first.error))
  t.match(first, { kind: 'refused', error: { statusCode: 404, message: 'nothing' } })
  t.notOk('headers' in first)
})

t.test('in process each caller gets an error of its own', async (t) => {
  const first = isAbsent({ request: undefined })
  t.not(isAbsent({ request: undefined }).error, first.error)
  t.notOk(isShared(first.error))
})

t.test('header fields belong to one refusal', async (t) => {
  t.strictSame(isAbsent({ request: undefined }, { etag: '"a"' }).headers, { etag: '"a"' })
  t.equal(isAbsent({ request: undefined }).headers, undefined)
})
