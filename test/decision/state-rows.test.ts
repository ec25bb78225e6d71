import t from 'tap'
import { decide, decideState, headRows, stateRows } from '../../lib/decision/order.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import type { TargetState } from '../../lib/decision/state-rows.ts'
import { documentExists, ifMatchIsTrue, ifNoneMatchIsTrue } from '../../lib/decision/state-rows.ts'
import { metadataIsReadable } from '../../lib/decision/metadata-row.ts'
import { ask, brief, headersOf } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'

const document = { id: 'w1', revision: 'r', content: {} }
const existing: TargetState = { kind: 'document', document }
const absent: TargetState = { kind: 'absent' }
const gone: TargetState = { kind: 'gone' }
const collection: TargetState = { kind: 'collection' }

/** As the state rows see it: with what row 11 found in the headers. */
function read (wire: Wire): Ask {
  const given = ask(wire)
  const verdict = metadataIsReadable(given)
  if (verdict !== undefined && verdict.kind !== 'found') t.fail('row 11 did not pass', { wire })
  return { ...given, ...(verdict?.kind === 'found' ? verdict.findings : {}) }
}

/** The status that the head and state rows answer, else `'pass'`. */
async function judge (wire: Wire, state: TargetState): Promise<unknown> {
  const head = await decide(headRows, ask(wire))
  if (head.kind === 'answered') return brief(head.verdict)
  return brief(decideState(head.ask, state)?.verdict)
}

const conditionals: ReadonlyArray<Ask['headers']> = [
  {}, { ifMatch: '*' }, { ifMatch: '"r"' }, { ifMatch: '"x"' }, { ifNoneMatch: '*' }, { ifNoneMatch: '"x"' }, { ifMatch: '"x"', ifNoneMatch: '*' }
]

t.test('an absent document answers as table 3.3 says', async t => {
  const withoutCreate: ResourceFacts = { operations: ['read', 'update', 'patch', 'delete'] }
  const action: Wire = { method: 'POST', search: '_action=ping', resource: { actions: { ping: ['instance'] } } }
  type Expected = number | 'pass'
  const rows: ReadonlyArray<readonly [Wire, readonly Ask['headers'][], Expected, Expected]> = [
    // a revision is not required, it is
    [{}, conditionals, 404, 404],
    [{ method: 'HEAD' }, conditionals, 404, 404],
    [{ method: 'PATCH' }, [{}, { ifNoneMatch: '*' }], 404, 428],
    [{ method: 'DELETE' }, [{}, { ifNoneMatch: '"x"' }], 404, 428],
    [{ method: 'PATCH' }, [{ ifMatch: '"x"' }, { ifMatch: '*' }, { ifMatch: '"x"', ifNoneMatch: '*' }], 404, 404],
    [{ method: 'DELETE' }, [{ ifMatch: '"x"' }, { ifMatch: '*' }], 404, 404],
    [action, conditionals, 404, 404],
    [{ method: 'PUT' }, [{}], 'pass', 428],
    [{ method: 'PUT' }, [{ ifNoneMatch: '*' }], 'pass', 'pass'],
    [{ method: 'PUT' }, [{ ifNoneMatch: '"x"' }], 'pass', 428],
    [{ method: 'PUT' }, [{ ifMatch: '"x"' }, { ifMatch: '*' }, { ifMatch: '"x"', ifNoneMatch: '*' }, { ifMatch: '*', ifNoneMatch: '*' }], 404, 404],
    [{ method: 'PUT', resource: withoutCreate }, [{}], 404, 428],
    [{ method: 'PUT', resource: withoutCreate }, [{ ifNoneMatch: '*' }], 501, 501],
    [{ method: 'PUT', resource: { operations: ['create'] } }, [{}, { ifNoneMatch: '"x"' }, { ifNoneMatch: '*' }], 'pass', 'pass'],
    [{ method: 'PUT', headers: { acceptApiVersion: 'protocol=1.0' } }, [{ acceptApiVersion: 'protocol=1.0' }], 404, 428]
  ]
  for (const [wire, headerList, optional, required] of rows) {
    for (const headers of headerList) {
      const name = `${wire.method ?? 'GET'} ${JSON.stringify(headers)}`
      t.equal(await judge({ ...wire, headers }, absent), optional, name)
      t.equal(await judge({ ...wire, headers, resource: { ...wire.resource, revisionRequired: true } }, absent), required, `${name}, required`)
    }
  }
})

t.test('an absent singleton is created by a PUT without If-Match, and 404 to everything else (ruling R4)', async t => {
  const on = { target: 'singleton' } as const
  const rows: ReadonlyArray<readonly [Wire, number | 'pass', number | 'pass']> = [
    [on, 404, 404],
    [{ ...on, method: 'PUT' }, 'pass', 428],
    [{ ...on, method: 'PUT', headers: { ifNoneMatch: '*' } }, 'pass', 'pass'],
    [{ ...on, method: 'PUT', headers: { ifNoneMatch: '"x"' } }, 'pass', 428],
    [{ ...on, method: 'PUT', headers: { ifMatch: '"x"' } }, 404, 404],
    [{ ...on, method: 'PUT', headers: { ifMatch: '*' } }, 404, 404],
    [{ ...on, method: 'PATCH' }, 404, 428],
    [{ ...on, method: 'POST', search: '_action=ping', resource: { actions: { ping: ['singleton'] } } }, 404, 404]
  ]
  for (const [wire, optional, required] of rows) {
    t.equal(await judge(wire, absent), optional, JSON.stringify(wire))
    t.equal(await judge({ ...wire, resource: { ...wire.resource, revisionRequired: true } }, absent), required, JSON.stringify(wire))
  }
})

t.test('a document that is gone answers 410 to every operation, whatever the conditions', async t => {
  const resource: ResourceFacts = { actions: { ping: ['instance'] } }
  for (const wire of [{}, { method: 'HEAD' }, { method: 'PUT' }, { method: 'PATCH' }, { method: 'DELETE' }, { method: 'POST', search: '_action=ping' }]) {
    for (const headers of conditionals) t.equal(await judge({ ...wire, headers, resource }, gone), 410, `${JSON.stringify(wire)} ${JSON.stringify(headers)}`)
  }
  t.equal(await judge({ method: 'PATCH', resource: { revisionRequired: true } }, gone), 428)
})

t.test('row 17 passes a collection, which always exists', async t => {
  t.equal(documentExists(ask({ target: 'collection' }), collection), undefined)
  t.equal(documentExists(ask({ target: 'collection', method: 'POST' }), collection), undefined)
})

const operations: Readonly<Record<string, Wire>> = {
  GET: {},
  HEAD: { method: 'HEAD' },
  PUT: { method: 'PUT' },
  PATCH: { method: 'PATCH' },
  DELETE: { method: 'DELETE' },
  POST: { method: 'POST', search: '_action=ping', resource: { actions: { ping: ['instance'] } } }
}

t.test('If-Match is compared strongly, for every operation on a document that exists (table 3.5)', async t => {
  const rows: ReadonlyArray<readonly [string, boolean]> = [
    ['*', true], ['"*"', true], ['"r"', true], ['r', true], ['"x", "r"', true], ['"x",, "r",', true],
    ['"x"', false], ['W/"r"', false], ['W/"r", "x"', false], ['W/"r", "r"', true], ['"R"', false], ['"r!"', false]
  ]
  for (const [name, wire] of Object.entries(operations)) {
    for (const [ifMatch, holds] of rows) {
      const verdict = ifMatchIsTrue(read({ ...wire, headers: { ifMatch } }), existing)
      t.equal(brief(verdict), holds ? 'pass' : 412, `${name} ${ifMatch}`)
      if (!holds) t.strictSame(headersOf(verdict), { etag: '"r"' })
    }
    t.equal(ifMatchIsTrue(read(wire), existing), undefined, name)
  }
})

t.test('If-None-Match is compared weakly: 304 to GET and HEAD, 412 to every other method (table 3.5)', async t => {
  const rows: ReadonlyArray<readonly [string, boolean]> = [
    ['*', false], ['"*"', false], ['"r"', false], ['r', false], ['W/"r"', false], ['"x", W/"r"', false],
    ['"x"', true], ['W/"x"', true], ['"R"', true]
  ]
  for (const [name, wire] of Object.entries(operations)) {
    for (const [ifNoneMatch, holds] of rows) {
      const verdict = ifNoneMatchIsTrue(read({ ...wire, headers: { ifNoneMatch } }), existing)
      const reading = name === 'GET' || name === 'HEAD'
      t.equal(brief(verdict), holds ? 'pass' : reading ? 304 : 412, `${name} ${ifNoneMatch}`)
      if (!holds && reading) t.equal(verdict?.kind === 'not-modified' && verdict.document, document)
      if (!holds && !reading) t.strictSame(headersOf(verdict), { etag: '"r"' })
    }
    t.equal(ifNoneMatchIsTrue(read(wire), existing), undefined, name)
  }
})

t.test('a collection has no revision: a list in If-Match is false, one in If-None-Match true (table 3.5)', async t => {
  const post: Wire = { method: 'POST', target: 'collection' }
  const query: Wire = { target: 'collection' }
  const rows: ReadonlyArray<readonly [Wire, Ask['headers'], number | 'pass']> = [
    [post, { ifMatch: '*' }, 'pass'], [post, { ifMatch: '"x"' }, 412], [post, { ifNoneMatch: '*' }, 412], [post, { ifNoneMatch: '"x"' }, 'pass'],
    [query, { ifMatch: '*' }, 'pass'], [query, { ifMatch: '"x"' }, 412],
    // The tag of a query is known only after it ran.
    [query, { ifNoneMatch: '*' }, 'pass'], [query, { ifNoneMatch: '"x"' }, 'pass']
  ]
  for (const [wire, headers, expected] of rows) {
    const verdict = decideState(read({ ...wire, headers }), collection)?.verdict
    t.equal(brief(verdict), expected, `${wire.method ?? 'GET'} ${JSON.stringify(headers)}`)
    if (expected === 412) t.strictSame(headersOf(verdict), {})
  }
})

t.test('If-Match is judged first; where it is true, If-None-Match is judged too', async t => {
  const rows: ReadonlyArray<readonly [Wire, string, string, number | 'pass']> = [
    [{ method: 'PUT' }, '"r"', '*', 412],
    [{ method: 'PUT' }, '"r"', '"x"', 'pass'],
    [{ method: 'PUT' }, '"x"', '"x"', 412],
    [{}, '"x"', '"r"', 412],
    [{}, '"r"', '"r"', 304],
    [{}, '*', '*', 304],
    [{}, '"r"', '"x"', 'pass']
  ]
  for (const [wire, ifMatch, ifNoneMatch, expected] of rows) {
    const judged = decideState(read({ ...wire, headers: { ifMatch, ifNoneMatch } }), existing)
    t.equal(brief(judged?.verdict), expected, `${wire.method ?? 'GET'} ${ifMatch} ${ifNoneMatch}`)
    if (judged !== undefined) t.equal(judged.row.number, ifMatch === '"x"' ? 19 : 20)
  }
})

t.test('conditions are no question where the operation may create an absent document', async t => {
  for (const headers of [{ ifNoneMatch: '*' }, { ifNoneMatch: '"x"' }]) t.equal(decideState(read({ method: 'PUT', headers }), absent), undefined)
  t.equal(ifMatchIsTrue(read({ method: 'PUT', headers: { ifMatch: '"x"' } }), absent), undefined)
})

t.test('the state rows are 17 to 20', async t => {
  t.strictSame(stateRows.map(({ number }) => number), [17, 18, 19, 20])
})
