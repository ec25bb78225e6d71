import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { documentedErrorStatus, documentedStatus, failureTranslations } from '../../lib/http/documented-status.ts'
import { isStatusCode, statusCodes } from '../../lib/status.ts'

// undocumented-codes section 4, written down a second time
const failures: ReadonlyArray<readonly [readonly number[], number]> = [
  [[402, 451], 403],
  [[407], 401],
  [[408, 425, 429, 502, 504, 507, 509], 503],
  [[411, 413, 414, 416, 417, 418, 421, 422, 426, 431, 499], 400],
  [[423, 424], 409],
  [[505, 510], 501],
  [[506, 508, 511, 520, 530, 599], 500],
  [[419, 420, 430, 444, 450, 498], 400],
  [[512, 519], 500],
  [[-1, 0, 1, 99, 600, 1000, 400.5, 199.5, 204.5, NaN, Infinity, -Infinity], 500]
]

t.test('a documented code is its own answer', async t => {
  for (const code of statusCodes) {
    t.equal(documentedStatus(code, true), code)
    t.equal(documentedStatus(code, false), code)
    t.equal(documentedErrorStatus(code), code < 400 ? 500 : code)
  }
})

t.test('an undocumented failure code is translated by the table, else to the x00 of its class', async t => {
  for (const [codes, answer] of failures) {
    for (const code of codes) {
      t.equal(documentedErrorStatus(code), answer, `${code} thrown`)
      t.equal(documentedStatus(code, true), answer, `${code} set`)
      t.equal(documentedStatus(code, false), answer, `${code} set without content`)
    }
  }
})

t.test('no documented code is in the table', async t => {
  for (const [code, answer] of failureTranslations) t.ok(!isStatusCode(code) && isStatusCode(answer), String(code))
})

t.test('an undocumented success that is set is 200, or 204 without content', async t => {
  for (const code of [202, 203, 207, 208, 226, 299]) {
    t.equal(documentedStatus(code, true), 200, String(code))
    t.equal(documentedStatus(code, false), 204, `${code} without content`)
  }
  t.equal(documentedStatus(205, true), 204)
  t.equal(documentedStatus(205, false), 204)
  t.equal(documentedStatus(206, true), 500)
  t.equal(documentedStatus(206, false), 500)
})

t.test('interim answers and redirects are 500', async t => {
  for (const code of [100, 101, 102, 103, 199, 300, 301, 302, 303, 305, 306, 307, 308, 399]) {
    t.equal(documentedStatus(code, true), 500, String(code))
    t.equal(documentedStatus(code, false), 500, `${code} without content`)
  }
})

t.test('what is no failure code is 500 when it is thrown', async t => {
  for (const code of [100, 202, 205, 206, 302, 399]) t.equal(documentedErrorStatus(code), 500, String(code))
})

t.test('every number becomes a documented code, and translating it again changes nothing', async t => {
  fc.assert(fc.property(fc.oneof(fc.integer({ min: 0, max: 700 }), fc.double()), fc.boolean(), (code, hasContent) => {
    const set = documentedStatus(code, hasContent)
    const thrown = documentedErrorStatus(code)
    assert.ok(isStatusCode(set))
    assert.ok(isStatusCode(thrown) && thrown >= 400)
    assert.equal(documentedStatus(set, hasContent), set)
    assert.equal(documentedErrorStatus(thrown), thrown)
  }), { numRuns: 500 })
})
