import t from 'tap'
import { functionIsDeclared } from '../../lib/decision/function-row.ts'
import { metadataIsReadable } from '../../lib/decision/metadata-row.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import { ask, brief, errorOf } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'

/** As row 12 sees it: with what row 11 found. */
function read (wire: Wire): Ask {
  const given = ask(wire)
  const verdict = metadataIsReadable(given)
  if (verdict !== undefined && verdict.kind !== 'found') t.fail('row 11 did not pass', { wire })
  return { ...given, ...(verdict?.kind === 'found' ? verdict.findings : {}) }
}

t.test('row 12 passes a declared operation, and answers 501 to an undeclared one', async t => {
  const rows: ReadonlyArray<readonly [Wire, string]> = [
    [{ target: 'collection' }, 'query'],
    [{}, 'read'],
    [{ target: 'singleton' }, 'read'],
    [{ target: 'collection', method: 'POST' }, 'create'],
    [{ method: 'PUT', headers: { ifNoneMatch: '*' } }, 'create'],
    [{ method: 'PUT', headers: { ifMatch: '*' } }, 'update'],
    [{ method: 'PUT', target: 'singleton' }, 'update'],
    [{ method: 'PUT', headers: { acceptApiVersion: 'protocol=1.0' } }, 'update'],
    [{ method: 'PATCH' }, 'patch'],
    [{ method: 'DELETE' }, 'delete']
  ]
  for (const [wire, operation] of rows) {
    t.equal(brief(functionIsDeclared(read(wire))), 'pass', JSON.stringify(wire))
    const operations = (['create', 'read', 'update', 'patch', 'delete', 'query'] as const).filter(name => name !== operation)
    t.match(errorOf(functionIsDeclared(read({ ...wire, resource: { operations } }))), { status: 501, message: `${operation} is not offered here` }, JSON.stringify(wire))
  }
})

t.test('row 12 passes an upsert, because its method is allowed only with update or create', async t => {
  for (const operations of [['update'], ['create'], ['update', 'create']] as const) {
    t.equal(brief(functionIsDeclared(read({ method: 'PUT', resource: { operations } }))), 'pass')
  }
})

t.test('row 12 passes an action only where it is declared for the target, by its exact name', async t => {
  const actions: NonNullable<ResourceFacts['actions']> = { everywhere: ['collection', 'instance'], above: ['collection'], below: ['instance'], alone: ['singleton'] }
  const rows: ReadonlyArray<readonly [string, number | 'pass', number | 'pass', number | 'pass']> = [
    // on a collection, an instance, a singleton
    ['everywhere', 'pass', 'pass', 501],
    ['above', 'pass', 501, 501],
    ['below', 501, 'pass', 501],
    ['alone', 501, 501, 'pass'],
    ['Above', 501, 501, 501],
    ['unknown', 501, 501, 501],
    ['', 501, 501, 501],
    ['constructor', 501, 501, 501]
  ]
  for (const [name, ...expected] of rows) {
    for (const [index, target] of (['collection', 'instance', 'singleton'] as const).entries()) {
      const wire: Wire = { method: 'POST', target, search: `_action=${name}`, resource: { actions, operations: [] } }
      t.equal(brief(functionIsDeclared(read(wire))), expected[index], `${name} on ${target}`)
    }
  }
})

t.test('row 12 names the action that is missing, a long name cut', async t => {
  t.match(errorOf(functionIsDeclared(read({ method: 'POST', search: '_action=pi%22ng' }))), { message: 'The action "pi\\"ng" is not offered here' })
  t.match(errorOf(functionIsDeclared(read({ method: 'POST', search: `_action=${'x'.repeat(300)}` }))), { message: `The action "${'x'.repeat(200)}" is not offered here` })
  // In process an action may be asked for that is none.
  t.equal(brief(functionIsDeclared(ask({ method: 'POST', facts: { action: undefined } }))), 501)
  t.equal(brief(functionIsDeclared(ask({ method: 'POST', search: '_action=ping', resource: { actions: { ping: ['instance'] } }, facts: { target: undefined } }))), 501)
})

t.test('row 12 passes every filter and every order', async t => {
  for (const search of ['', '_queryFilter=true', '_queryFilter=false', '_queryFilter=a+eq+1', '_sortKeys=a,-b', '_pageSize=1&_pagedResultsOffset=2&_totalPagedResultsPolicy=EXACT']) {
    t.equal(brief(functionIsDeclared(read({ target: 'collection', search }))), 'pass', search)
  }
})

t.test('row 12 answers 501 to a filter with an operator that is not offered', async t => {
  t.match(errorOf(functionIsDeclared(read({ target: 'collection', search: '_queryFilter=a+regex+"x"+or+true' }))), { status: 501, message: /"regex" at column 3 is not offered/ })
})

t.test('row 12 passes a _queryId only where it is declared, by its exact name, and never a _queryExpression', async t => {
  const queries = new Map([['adults', () => 'age ge 18'], ['', () => 'true']])
  const rows: ReadonlyArray<readonly [string, number | 'pass', number | 'pass']> = [
    // without a declaration, and with one
    ['_queryId=adults', 501, 'pass'],
    ['_queryId=adults&_sortKeys=a&_pageSize=5', 501, 'pass'],
    ['_queryId=Adults', 501, 501],
    ['_queryId=', 501, 'pass'],
    ['_queryId=constructor', 501, 501],
    ['_queryExpression=adults', 501, 501],
    ['_queryExpression=', 501, 501]
  ]
  for (const [search, without, declared] of rows) {
    t.equal(brief(functionIsDeclared(read({ target: 'collection', search }))), without, search)
    t.equal(brief(functionIsDeclared(read({ target: 'collection', search, resource: { queries } }))), declared, `${search} declared`)
  }
  t.match(errorOf(functionIsDeclared(read({ target: 'collection', search: `_queryId=${'x'.repeat(300)}` }))), { message: `The query "${'x'.repeat(200)}" is not offered here` })
  t.match(errorOf(functionIsDeclared(read({ target: 'collection', search: '_queryExpression=x' }))), { message: '_queryExpression is not offered' })
})

t.test('row 12 passes a description, whatever the resource declares', async t => {
  for (const target of ['collection', 'instance', 'singleton'] as const) {
    t.equal(brief(functionIsDeclared(read({ target, search: '_crestapi', resource: { operations: [] } }))), 'pass', target)
  }
})
