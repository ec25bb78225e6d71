import t from 'tap'
import { createAvailability } from '../../lib/declare/availability.ts'
import type { DisableOptions } from '../../lib/declare/handle.ts'

t.test('a resource is enabled from the start', async t => {
  const availability = createAvailability()
  t.equal(availability.disabled, null)
  t.equal(availability.refusal('GET'), undefined)
})

t.test('a disabled resource refuses every method until it is enabled', async t => {
  const availability = createAvailability()
  availability.disable()
  t.equal(availability.disabled, 'all')
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'FOO']) t.match(availability.refusal(method), { statusCode: 503, message: 'The resource is disabled' }, method)
  t.equal(availability.refusal('GET')?.retryAfter, undefined)
  availability.enable()
  t.equal(availability.disabled, null)
  t.equal(availability.refusal('PUT'), undefined)
})

t.test("methods: 'writes' leaves the reading methods", async t => {
  const availability = createAvailability()
  availability.disable({ methods: 'writes' })
  t.equal(availability.disabled, 'writes')
  for (const method of ['GET', 'HEAD', 'OPTIONS']) t.equal(availability.refusal(method), undefined, method)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'get']) t.equal(availability.refusal(method)?.statusCode, 503, method)
})

t.test('the refusal carries the message and when to come back', async t => {
  const availability = createAvailability()
  const instant = new Date('2030-01-01T00:00:00Z')
  for (const retryAfter of [0, 120, 1.5, instant, new Date(0), new Date(-1)]) {
    availability.disable({ retryAfter, message: 'Back soon' })
    t.match(availability.refusal('GET'), { message: 'Back soon' })
    t.equal(availability.refusal('GET')?.retryAfter, retryAfter)
  }
})

t.test('disabling again forgets what was said before', async t => {
  const availability = createAvailability()
  availability.disable({ retryAfter: 5, message: 'x', methods: 'writes' })
  availability.disable({})
  t.equal(availability.disabled, 'all')
  t.match(availability.refusal('GET'), { message: 'The resource is disabled', retryAfter: undefined })
})

t.test('options that cannot be meant are refused, and change nothing', async t => {
  const rows: ReadonlyArray<readonly [unknown, string]> = [
    [{ retryAfter: -1 }, 'disable.retryAfter must be seconds from 0 or a Date'],
    [{ retryAfter: NaN }, 'disable.retryAfter must be seconds from 0 or a Date'],
    [{ retryAfter: Infinity }, 'disable.retryAfter must be seconds from 0 or a Date'],
    [{ retryAfter: '5' }, 'disable.retryAfter must be seconds from 0 or a Date'],
    [{ retryAfter: new Date(NaN) }, 'disable.retryAfter must be seconds from 0 or a Date'],
    [{ message: '' }, 'disable.message must be a text'],
    [{ methods: 'reads' }, "disable.methods must be 'all' or 'writes'"],
    [{ shared: true }, 'disable.shared is not known; known are retryAfter, message, methods'],
    [null, 'disable must be an object'],
    [5, 'disable must be an object']
  ]
  for (const [options, message] of rows) {
    const availability = createAvailability()
    t.throws(() => availability.disable(options as DisableOptions), { code: 'CREST_ERR_INVALID_OPTION', message })
    t.equal(availability.disabled, null)
  }
})
