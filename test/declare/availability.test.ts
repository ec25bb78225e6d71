import t from 'tap'
import { createAvailability } from '../../lib/declare/availability.ts'
import type { DisableOptions, EnableOptions } from '../../lib/declare/handle.ts'
import { isShared } from '../../lib/shared-errors.ts'

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
    [{ shared: 'yes' }, 'disable.shared must be true or false'],
    [{ share: true }, 'disable.share is not known; known are retryAfter, message, methods, shared'],
    [null, 'disable must be an object'],
    [5, 'disable must be an object']
  ]
  for (const [options, message] of rows) {
    const availability = createAvailability()
    t.throws(() => availability.disable(options as DisableOptions), { code: 'CREST_ERR_INVALID_OPTION', message })
    t.equal(availability.disabled, null)
  }
})

t.test('options of enable that cannot be meant are refused, and change nothing', async t => {
  const availability = createAvailability()
  availability.disable()
  for (const [options, message] of [
    [{ shared: 'yes' }, 'enable.shared must be true or false'],
    [{ methods: 'all' }, 'enable.methods is not known; known are shared'],
    [null, 'enable must be an object']
  ] as const) {
    t.throws(() => availability.enable(options as unknown as EnableOptions), { code: 'CREST_ERR_INVALID_OPTION', message })
    t.equal(availability.disabled, 'all')
  }
  availability.enable({ shared: false })
  t.equal(availability.disabled, null)
})

t.test('a state that comes from elsewhere is set as it is', async t => {
  const availability = createAvailability()
  availability.set({ disabled: 'writes', retryAfter: 3, message: 'moving' })
  t.equal(availability.disabled, 'writes')
  t.match(availability.refusal('PUT'), { message: 'moving', retryAfter: 3 })
  availability.set({ disabled: null })
  t.equal(availability.refusal('PUT'), undefined)
})

t.test('one error serves all requests until the switch is set again; a caller in process gets one of its own', async t => {
  const availability = createAvailability()
  availability.disable({ retryAfter: 5 })
  const shared = availability.refusal('GET')
  t.ok(shared !== undefined && isShared(shared))
  t.equal(availability.refusal('PUT'), shared)
  const own = availability.refusal('GET', true)
  t.not(own, shared)
  t.notOk(own === undefined || isShared(own))
  t.match(own, { statusCode: 503, retryAfter: 5 })
  availability.disable({ retryAfter: 6 })
  t.match(availability.refusal('GET'), { statusCode: 503, retryAfter: 6 })
  availability.enable()
  t.equal(availability.refusal('GET'), undefined)
  availability.set({ disabled: 'all', message: 'later' })
  t.match(availability.refusal('GET'), { message: 'later' })
})
