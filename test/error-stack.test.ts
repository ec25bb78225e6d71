import t from 'tap'
import { withStack, withoutStack } from '../lib/error-stack.ts'
import { NotFound } from '../lib/errors.ts'
import { buildApp } from './plugin/app.ts'

t.test('an error that is made for an answer has no stack, and others keep theirs', async (t) => {
  const before = Error.stackTraceLimit
  const error = withoutStack(() => new NotFound('not here'))
  t.equal(error.message, 'not here')
  t.notMatch(error.stack, /\n {4}at /)
  t.equal(Error.stackTraceLimit, before)
  t.match(new NotFound().stack, /error-stack\.test/)
  t.throws(() => withoutStack(() => { throw new RangeError('broken') }), { name: 'RangeError' })
  t.equal(Error.stackTraceLimit, before, 'also where making it fails')
})

t.test('a stack is added where there is none, and only there', async (t) => {
  const quiet = withoutStack(() => new NotFound())
  t.equal(withStack(quiet), quiet)
  t.match(quiet.stack, /error-stack\.test/)
  const thrown = new NotFound()
  const { stack } = thrown
  t.equal(withStack(thrown).stack, stack)
  t.doesNotThrow(() => withStack(Object.freeze(withoutStack(() => new NotFound()))))
})

t.test('whoever calls in process is told where', async (t) => {
  const app = await buildApp(t)
  const things = app.resource('/things', {})
  for (const call of [things.read('absent'), things.read(''), things.update('absent', {}, { revision: '1' })]) {
    t.match((await call.catch((error: unknown) => error) as Error).stack, /\n {4}at /)
  }
})
