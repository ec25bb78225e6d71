import t from 'tap'
import { find, refuse } from '../../lib/decision/answer.ts'
import type { Row } from '../../lib/decision/answer.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import {
  callRows, changeRow, contentRow, decide, decideContent, decideState, existenceRow, headRows, modifiedRow, stateRows, successRow, toDecision, unexpectedRow
} from '../../lib/decision/order.ts'
import type { TargetState } from '../../lib/decision/state-rows.ts'
import { createAvailability } from '../../lib/declare/availability.ts'
import { BadRequest, Conflict } from '../../lib/errors.ts'
import { ask, brief } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'

t.test('the rows are numbered as in the decision order, ascending, and each has a name of its own', async t => {
  t.strictSame(headRows.map(({ number }) => number), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  const all = [...headRows, contentRow, ...stateRows, changeRow, successRow]
  t.strictSame(all.map(({ number }) => number), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22])
  t.equal(new Set([...all, unexpectedRow].map(({ name }) => name)).size, all.length + 1)
  for (const { name } of all) t.match(name, /^[A-Za-z-]+( [A-Za-z-]+)*$/)
  t.equal(existenceRow.number, 17)
  t.equal(modifiedRow.number, 20)
  t.equal(unexpectedRow.number, 0)
})

t.test('in process rows 4, 9, 12 and 15 hold of those that read the head', async t => {
  t.strictSame(callRows.map(({ number }) => number), [4, 9, 12, 15])
})

t.test('an answer is traced to its row', async t => {
  t.strictSame(toDecision(changeRow, 409), { row: 21, name: 'the change fits the current state', status: 409 })
})

/** A row that notes its call. */
function row (number: number, called: number[], judge: Row['judge'] = () => undefined): Row {
  return { number, name: `row ${number}`, judge: facts => { called.push(number); return judge(facts) } }
}

t.test('the first row that answers ends the pass', async t => {
  const called: number[] = []
  const error = new Conflict('second')
  const passage = await decide([
    row(1, called),
    row(2, called, () => refuse(error, { 'x-row': '2' })),
    row(3, called, () => refuse(() => new BadRequest('third')))
  ], ask())
  t.strictSame(called, [1, 2])
  t.match(passage, { kind: 'answered', row: { number: 2, name: 'row 2' }, verdict: { kind: 'refused', error, headers: { 'x-row': '2' } } })
})

t.test('a row that settles ends the pass too', async t => {
  const called: number[] = []
  const passage = await decide([
    row(1, called, () => ({ kind: 'settled', status: 204, headers: {} })),
    row(2, called)
  ], ask())
  t.strictSame(called, [1])
  t.match(passage, { kind: 'answered', row: { number: 1 }, verdict: { status: 204 } })
})

t.test('a promised verdict is awaited before the next row is asked', async t => {
  const called: number[] = []
  let settled = false
  const passage = await decide([
    row(1, called, async () => { await new Promise(resolve => setImmediate(resolve)); settled = true; return undefined }),
    row(2, called, () => { t.ok(settled); return undefined }),
    row(3, called, async () => refuse(() => new BadRequest('late'))),
    row(4, called)
  ], ask())
  t.strictSame(called, [1, 2, 3])
  t.match(passage, { kind: 'answered', row: { number: 3 } })
})

t.test('what a row finds is added to the facts: it reaches the rows below it and the answer', async t => {
  const given = ask()
  const seen: Array<Ask['principal']> = []
  const passage = await decide([
    row(1, [], facts => { seen.push(facts.principal); return find({ principal: { name: 'ann' }, prettyPrint: true }) }),
    row(2, [], facts => { seen.push(facts.principal); return undefined }),
    row(3, [], async () => find({ principal: { name: 'bob' } })),
    row(4, [], facts => { seen.push(facts.principal); return refuse(() => new BadRequest('no')) })
  ], given)
  t.strictSame(seen, [null, { name: 'ann' }, { name: 'bob' }])
  t.match(passage.ask, { principal: { name: 'bob' }, prettyPrint: true })
  t.equal(passage.ask, given)
})

t.test('a pass that no row ends hands the facts on', async t => {
  const given = ask()
  t.strictSame(await decide([], given), { kind: 'passed', ask: given })
  const passage = await decide(headRows, ask({ headers: { ifMatch: '"a"' } }))
  t.match(passage, { kind: 'passed', ask: { ifMatch: { kind: 'tags' }, prettyPrint: false } })
})

t.test('what a row throws, or rejects with, ends the pass', async t => {
  const called: number[] = []
  const broken = new Error('broken')
  await t.rejects(async () => decide([row(1, called, () => { throw broken }), row(2, called)], ask()), broken)
  await t.rejects(async () => decide([row(1, called, async () => { throw broken }), row(2, called)], ask()), broken)
  t.strictSame(called, [1, 1])
})

t.test('the content is judged by row 16', async t => {
  const put = ask({ method: 'PUT' })
  t.match(await decideContent(put, { kind: 'bytes', bytes: Buffer.from('{"a":1}') }), { kind: 'passed', ask: { content: { a: 1 } } })
  t.match(await decideContent(put, { kind: 'bytes', bytes: undefined }), { kind: 'answered', row: { number: 16, name: contentRow.name }, verdict: { kind: 'refused' } })
})

t.test('the state is judged by rows 17 to 20', async t => {
  t.equal(decideState(ask(), { kind: 'document', document: { id: 'w1', revision: 'r', content: {} } }), undefined)
  t.match(decideState(ask(), { kind: 'gone' }), { row: { number: 17 }, verdict: { kind: 'refused' } })
})

/** One worked conflict: a request, what is stored, and the answer. */
interface Conflicting extends Wire {
  readonly body?: string
  readonly state?: TargetState
}

/** The row that answers, and its status; `[22, 0]` where all pass. */
async function answer ({ body, state = { kind: 'absent' }, ...wire }: Conflicting): Promise<readonly [number, unknown]> {
  const head = await decide(headRows, ask({ ...wire, hasContent: body !== undefined }))
  const passage = head.kind === 'answered' ? head : await decideContent(head.ask, { kind: 'bytes', bytes: body === undefined ? undefined : Buffer.from(body) })
  if (passage.kind === 'answered') return [passage.row.number, brief(passage.verdict)]
  const judged = decideState(passage.ask, state)
  return judged === undefined ? [22, 0] : [judged.row.number, brief(judged.verdict)]
}

const disabled = createAvailability()
disabled.disable()

const strict: ResourceFacts = { revisionRequired: true }
const stranger: ResourceFacts = { ...strict, authenticate: () => null, authorize: () => false }
const forbidden: ResourceFacts = { ...strict, authenticate: () => ({ name: 'ann' }), authorize: () => false }
const permitted: ResourceFacts = { ...forbidden, authorize: () => true }
const existing: TargetState = { kind: 'document', document: { id: 'w1', revision: 'r', content: {} } }
const text = { contentType: 'text/plain' }
const json = { contentType: 'application/json' }
const unfit: ResourceFacts = { checkContent () { throw new BadRequest('no fit') } }

t.test('the worked conflicts of decision order 5 answer as they are worked', async t => {
  const conflicts: ReadonlyArray<readonly [string, Conflicting, number, number]> = [
    ['disabled, unauthenticated, a bad media type, no revision, absent', { method: 'PUT', resource: { ...stranger, availability: disabled }, headers: text, body: 'x' }, 4, 503],
    ['the same, enabled', { method: 'PUT', resource: stranger, headers: text, body: 'x' }, 8, 401],
    ['the same, authenticated but not permitted', { method: 'PUT', resource: forbidden, headers: text, body: 'x' }, 9, 403],
    ['the same, permitted', { method: 'PUT', resource: permitted, headers: text, body: 'x' }, 14, 415],
    ['the same, JSON content type, a body that is no JSON', { method: 'PUT', resource: permitted, headers: json, body: 'x' }, 15, 428],
    ['the same, with If-Match', { method: 'PUT', resource: permitted, headers: { ...json, ifMatch: '"x"' }, body: 'x' }, 16, 400],
    ['the same, a valid body, PUT', { method: 'PUT', resource: permitted, headers: { ...json, ifMatch: '"x"' }, body: '{}' }, 17, 404],
    ['the same, a valid body, PATCH', { method: 'PATCH', resource: permitted, headers: { ...json, ifMatch: '"x"' }, body: '[]' }, 17, 404],
    ['TRACE on a disabled resource', { method: 'TRACE', resource: { availability: disabled } }, 4, 503],
    ['DELETE on a read-only resource without credentials', { method: 'DELETE', resource: { ...stranger, operations: ['read'] } }, 6, 405],
    ['a bad Accept and a bad Content-Type', { method: 'PUT', headers: { ...text, accept: 'text/html' }, body: 'x' }, 13, 406],
    ['a bad Accept and a malformed If-Match', { headers: { accept: 'text/html', ifMatch: '"' } }, 11, 400],
    ['absent, If-Match: * and If-None-Match: *, PUT', { method: 'PUT', headers: { ...json, ifMatch: '*', ifNoneMatch: '*' }, body: '{}' }, 17, 404],
    ['existing, the current If-Match and If-None-Match: *, PUT', { method: 'PUT', headers: { ...json, ifMatch: '"r"', ifNoneMatch: '*' }, body: '{}', state: existing }, 20, 412],
    ['an unavailable version and a malformed _queryFilter', { target: 'collection', search: '_queryFilter=(', headers: { acceptApiVersion: 'protocol=9' } }, 10, 406],
    ['a tombstone and a stale If-Match', { method: 'DELETE', headers: { ifMatch: '"x"' }, state: { kind: 'gone' } }, 17, 410],
    ['a tombstone and no required revision', { method: 'DELETE', resource: strict, state: { kind: 'gone' } }, 15, 428],
    ['a stale If-Match and a matching If-None-Match, GET', { headers: { ifMatch: '"x"', ifNoneMatch: '"r"' }, state: existing }, 19, 412],
    ['the current If-Match and a matching If-None-Match, GET', { headers: { ifMatch: '"r"', ifNoneMatch: '"r"' }, state: existing }, 20, 304],
    ['an unknown _action and a bad Accept', { method: 'POST', search: '_action=x', resource: { actions: { ping: ['instance'] } }, headers: { accept: 'text/html' } }, 12, 501],
    ['a stale If-Match and a body that the schema refuses', { method: 'PUT', resource: unfit, headers: { ...json, ifMatch: '"x"' }, body: '{}', state: existing }, 16, 400],
    ['absent and If-None-Match: *, DELETE', { method: 'DELETE', headers: { ifNoneMatch: '*' } }, 17, 404],
    ['OPTIONS with garbage in every other header', {
      method: 'OPTIONS',
      search: '_bogus&_pageSize=x',
      resource: stranger,
      headers: { accept: '?', acceptApiVersion: '?', contentEncoding: '?', contentType: '?', ifMatch: '', ifNoneMatch: '' }
    }, 7, 204]
  ]
  for (const [name, conflict, number, status] of conflicts) t.strictSame(await answer(conflict), [number, status], name)
})

t.test('of any two faults the one of the upper row answers', async t => {
  // For each row a change of a good PUT that makes exactly this row answer.
  const faults: ReadonlyArray<readonly [number, number, (good: Conflicting) => Conflicting]> = [
    [3, 404, good => ({ ...good, id: 'x'.repeat(256) })],
    [4, 503, good => ({ ...good, resource: { ...good.resource, availability: disabled } })],
    [6, 405, good => ({ ...good, resource: { ...good.resource, operations: ['read'] } })],
    [8, 401, good => ({ ...good, resource: { ...good.resource, authenticate: () => null } })],
    [9, 403, good => ({ ...good, resource: { ...good.resource, authorize: () => false } })],
    [10, 406, good => ({ ...good, headers: { ...good.headers, acceptApiVersion: 'protocol=3.0' } })],
    [11, 400, good => ({ ...good, search: '_bogus=1' })],
    [12, 501, good => ({ ...good, headers: { ...good.headers, ifMatch: '"r"' }, resource: { operations: ['create'], ...good.resource } })],
    [13, 406, good => ({ ...good, headers: { ...good.headers, accept: 'text/html' } })],
    [14, 415, good => ({ ...good, headers: { ...good.headers, contentType: 'text/plain' } })],
    [16, 400, good => ({ ...good, body: '{' })]
  ]
  const good: Conflicting = { method: 'PUT', headers: json, body: '{}', state: existing }
  t.strictSame(await answer(good), [22, 0])
  for (const [index, [number, status, fault]] of faults.entries()) {
    t.strictSame(await answer(fault(good)), [number, status], `row ${number} alone`)
    for (const [lower, , other] of faults.slice(index + 1)) {
      t.strictSame(await answer(fault(other(good))), [number, status], `rows ${number} and ${lower}`)
      t.strictSame(await answer(other(fault(good))), [number, status], `rows ${lower} and ${number}`)
    }
  }
})
