import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { BadRequest, Conflict, InternalServerError, NotFound, ResourceError, toErrorObject, toProblem } from '../../lib/errors.ts'
import { prefersProblem } from '../../lib/http/accept.ts'
import { statusCodes } from '../../lib/status.ts'

const problem = 'application/problem+json'
const json = 'application/json'

t.test('problem details are preferred', async t => {
  const fields = [
    problem, 'Application/Problem+JSON', `${problem}, ${json}`, `${json}, ${problem}`, `${problem};q=0.001`, `${problem};charset=utf-8`,
    `${problem};q=0.5, ${json};q=0.5`, `${problem};q=0.5, ${json};q=0.4`, `${problem};q=0.5, ${json};q=0`,
    // the most specific range decides on application/json
    `${problem};q=0.5, ${json};q=0.4, */*;q=1`, `${problem};q=0.5, application/*;q=0.4, */*`, `${problem};q=0.5, */*;q=0.5`, `${problem}, */*`,
    // what cannot be read matches nothing
    `${problem};q=0.5, ${json};q=5`, `${problem};q=0.5, ${json};profile=x`, `${problem};q=0.5, ${json};q=`, `json, ${problem}`, `${problem};q=.2`,
    // the same range twice: the higher weight
    `${problem};q=0, ${problem}`, `${problem}, ${problem};q=0, ${json}`
  ]
  for (const field of fields) t.equal(prefersProblem(field), true, field)
})

t.test('problem details are not preferred', async t => {
  const fields = [
    undefined, '', ' ', ',', '*/*', 'application/*', json, 'application/*, */*', 'application/*+json', 'application/problem+*', 'application/problem+xml', 'problem+json',
    `${problem};q=0`, `${problem};q=0.000, ${json}`, `${problem};q=0, */*`, `${problem};q=junk`, `${problem};q=`, `${problem};q=2`, `${problem};profile=x`,
    `${problem};charset=latin1`, `${problem};q=0.4, ${json};q=0.5`, `${problem};q=0.9, ${json}`, `${problem};q=0.9, application/*`, `${problem};q=0.9, */*`,
    `${problem};q=0.5, ${json};q=0.4, ${json};q=0.6`, `"${problem}"`
  ]
  for (const field of fields) t.equal(prefersProblem(field), false, String(field))
})

t.test('the order of ranges means nothing', async t => {
  const range = fc.tuple(fc.constantFrom(problem, json, 'application/*', '*/*', 'text/html'), fc.constantFrom('', ';q=0', ';q=0.3', ';q=0.7', ';q=1', ';q=x'))
  fc.assert(fc.property(fc.array(range.map(([type, q]) => type + q), { minLength: 1 }), list => {
    assert.equal(prefersProblem(list.join(', ')), prefersProblem(list.toReversed().join(',')))
    if (prefersProblem(list.join())) assert.ok(list.some(text => text.startsWith(problem)))
  }))
})

t.test('a hostile value is judged in linear time', async t => {
  const start = performance.now()
  for (const field of [','.repeat(200_000), `${problem};q=0,`.repeat(20_000), `${json},`.repeat(20_000), '"'.repeat(200_001)]) t.equal(prefersProblem(field), false)
  t.ok(performance.now() - start < 2000)
})

t.test('an error becomes problem details', async t => {
  t.strictSame(toProblem(new Conflict('the basket is locked', { detail: { basket: 'b7' } })), {
    type: 'about:blank', title: 'Conflict', status: 409, detail: 'the basket is locked', code: 409, reason: 'Conflict', message: 'the basket is locked', data: { basket: 'b7' }
  })
  t.strictSame(toProblem(new NotFound()), {
    type: 'about:blank', title: 'Not Found', status: 404, detail: 'Not Found', code: 404, reason: 'Not Found', message: 'Not Found'
  })
  t.match(toProblem(new BadRequest('no', { reason: 'Own Words' })), { title: 'Own Words', reason: 'Own Words', detail: 'no' })
  for (const detail of [null, false, 0, '', []]) t.strictSame(toProblem(new BadRequest('no', { detail })).data, detail)
})

t.test('problem details never show an unexpected failure', async t => {
  const shown = toProblem(new InternalServerError('secret', { detail: 'secret', cause: new Error('secret') }))
  t.notMatch(JSON.stringify(shown), /secret/)
  t.notOk('data' in shown)
})

t.test('problem details say what the error object says', async t => {
  for (const status of statusCodes) {
    if (status < 400) continue
    const error = new ResourceError(status as ResourceError['statusCode'], 'why', { detail: [status] })
    const { type, title, status: sent, detail, data, ...members } = toProblem(error)
    t.strictSame({ ...members, ...(data === undefined ? {} : { detail: data }) }, toErrorObject(error))
    t.strictSame([type, title, sent, detail], ['about:blank', members.reason, members.code, members.message])
  }
})
