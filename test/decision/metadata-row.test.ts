import t from 'tap'
import { metadataIsReadable } from '../../lib/decision/metadata-row.ts'
import type { Ask, Findings } from '../../lib/decision/ask.ts'
import { ask, brief, errorOf } from './ask.ts'
import type { Wire } from './ask.ts'

function findings (wire: Wire): Findings {
  const verdict = metadataIsReadable(ask(wire))
  if (verdict === undefined) return {}
  return verdict.kind === 'found' ? verdict.findings : t.fail('row 11 did not pass', { wire }) as never
}

/** The status where the row answers, else `'pass'`. */
function judge (wire: Wire): number | 'pass' {
  const verdict = brief(metadataIsReadable(ask(wire)))
  return typeof verdict === 'object' ? 'pass' : verdict
}

/** A request for each operation. */
const requests: Readonly<Record<string, Wire>> = {
  query: { target: 'collection' },
  read: {},
  create: { target: 'collection', method: 'POST' },
  update: { method: 'PUT', target: 'singleton' },
  upsert: { method: 'PUT' },
  patch: { method: 'PATCH' },
  delete: { method: 'DELETE' },
  action: { method: 'POST' }
}

/** A request for an operation, with more parameters; an action must name itself. */
function asking (operation: string, search: string): Wire {
  return { ...requests[operation], search: operation === 'action' ? `_action=ping&${search}` : search }
}

t.test('row 11 finds nothing where a request says nothing', async t => {
  t.equal(metadataIsReadable(ask()), undefined)
  t.strictSame(findings({ search: '_fields=' }), { ifMatch: undefined, ifNoneMatch: undefined, fields: undefined, prettyPrint: false, query: undefined, field: undefined })
})

t.test('row 11 answers 400 to an id that can be none, also to a path parameter', async t => {
  for (const id of ['.', '..', 'a\nb', 'a\u0085b', '\ud800', '\0']) {
    t.equal(judge({ id }), 400, JSON.stringify(id))
    t.equal(judge({ facts: { params: { realm: id } } }), 400, JSON.stringify(id))
    t.equal(judge({ target: 'collection', facts: { params: { realm: 'a', team: id } } }), 400, JSON.stringify(id))
  }
  t.equal(judge({ id: 'a/b é', facts: { params: { realm: 'x y' } } }), 'pass')
  t.equal(judge({ target: 'singleton' }), 'pass')
})

t.test('row 11 reads the conditions', async t => {
  t.match(findings({ headers: { ifMatch: '"a", W/"b"', ifNoneMatch: '*' } }), {
    ifMatch: { kind: 'tags', tags: [{ weak: false, opaque: 'a' }, { weak: true, opaque: 'b' }] },
    ifNoneMatch: { kind: 'any' }
  })
  t.match(findings({ headers: { ifMatch: '"*"', ifNoneMatch: "'x'" } }), {
    ifMatch: { kind: 'any' },
    ifNoneMatch: { kind: 'tags', tags: [{ weak: false, opaque: "'x'" }] }
  })
})

t.test('row 11 answers 400 to a condition that cannot be read, and never takes it as absent', async t => {
  for (const operation of Object.keys(requests)) {
    for (const field of ['', ' ', 'a, b', 'w/"x"', 'W/x', '"x', '"a b"', '*, "x"', '"a" "b"', ',,']) {
      const wire = asking(operation, '')
      t.match(errorOf(metadataIsReadable(ask({ ...wire, headers: { ifMatch: field } }))), { status: 400, message: /^If-Match is malformed: / }, `${operation}: ${field}`)
      t.match(errorOf(metadataIsReadable(ask({ ...wire, headers: { ifNoneMatch: field } }))), { status: 400, message: /^If-None-Match is malformed: / }, `${operation}: ${field}`)
    }
  }
})

t.test('row 11 accepts the reserved parameters that the operation defines, and answers 400 to every other', async t => {
  const operations = Object.keys(requests)
  const parameters: Readonly<Record<string, readonly string[]>> = {
    '_fields=a': operations,
    '_FIELDS=a': operations,
    '_prettyPrint=true': operations,
    '_queryFilter=true': ['query'],
    '_queryId=x': ['query'],
    '_queryExpression=x': ['query'],
    '_sortKeys=a': ['query'],
    '_pageSize=1': ['query'],
    '_pagedResultsCookie=x': ['query'],
    '_pagedResultsOffset=1': ['query'],
    '_totalPagedResultsPolicy=EXACT': ['query'],
    '_mimeType=text/plain&_fields=a': ['read'],
    _bogus: [],
    _: [],
    '_id=x': [],
    '_countOnly=true': [],
    '%5Fbogus=1': [],
    'bogus=1': operations,
    'pageSize=x&pageSize=y': operations
  }
  for (const [search, definedFor] of Object.entries(parameters)) {
    for (const operation of operations) {
      // Actions may have reserved names of their own.
      const own = operation === 'action' && !search.startsWith('_mimeType')
      t.equal(judge(asking(operation, search)), own || definedFor.includes(operation) ? 'pass' : 400, `${search} on ${operation}`)
    }
  }
})

t.test('row 11 names the parameter, the operation and the fault', async t => {
  const rows: ReadonlyArray<readonly [Wire, string]> = [
    [{ search: '_PageSize=1' }, 'The parameter "_PageSize" is not defined for read'],
    [{ search: '_fields=%ff' }, 'The parameter "_fields" is not percent-encoded UTF-8'],
    [{ search: '_prettyPrint=true&_PRETTYPRINT=true' }, 'The parameter "_prettyPrint" is given more than once'],
    [{ search: `_${'x'.repeat(300)}=1` }, `The parameter "_${'x'.repeat(199)}" is not defined for read`]
  ]
  for (const [wire, message] of rows) t.strictSame(errorOf(metadataIsReadable(ask(wire))), { status: 400, message, detail: undefined })
})

t.test('row 11 answers 400 to a single-valued parameter that is given twice', async t => {
  const rows: ReadonlyArray<readonly [string, string, number | 'pass']> = [
    ['query', '_pageSize=1&_pageSize=1', 400],
    ['query', '_pageSize=1&_PAGESIZE=2', 400],
    ['query', '_queryFilter=true&_queryFilter=true', 400],
    ['query', '_sortKeys=a&_sortKeys=b', 'pass'],
    ['query', '_fields=a&_FIELDS=b', 'pass'],
    ['read', '_prettyPrint&_prettyPrint', 400],
    ['create', '_action=create&_action=create', 400],
    ['action', '_action=ping', 400],
    ['action', '_prettyPrint=true&_prettyPrint=true', 400],
    ['action', '_own=1&_own=2', 'pass'],
    ['read', 'x=1&x=2', 'pass']
  ]
  for (const [operation, search, expected] of rows) t.equal(judge(asking(operation, search)), expected, `${search} on ${operation}`)
})

t.test('row 11 answers 400 to an undecodable escape in a reserved parameter, and to no other', async t => {
  for (const search of ['_fields=%', '_fields=a&_fields=%E9', '_f%zz=1', '_prettyPrint=%ff']) t.equal(judge({ search }), 400, search)
  t.equal(judge(asking('action', '_own=%zz')), 400)
  t.equal(judge({ search: 'x=%zz&%E9=1' }), 'pass')
})

t.test('row 11 reads _fields and _prettyPrint, on every operation', async t => {
  for (const operation of Object.keys(requests)) {
    t.not(findings(asking(operation, '_fields=a,b/c')).fields, undefined, operation)
    t.equal(findings(asking(operation, '_fields=')).fields, undefined, operation)
    t.equal(judge(asking(operation, '_fields=%22')), 400, operation)
    for (const [search, expected] of [['_prettyPrint=TRUE', true], ['_prettyPrint=true', true], ['_prettyPrint', false], ['_prettyPrint=', false], ['_prettyPrint=1', false]] as const) {
      t.equal(findings(asking(operation, search)).prettyPrint, expected, `${search} on ${operation}`)
    }
  }
})

t.test('row 11 reads the parameters of queries only', async t => {
  t.match(findings({ target: 'collection', search: '_queryFilter=true&_pageSize=3' }).query, { pageSize: 3, filter: { kind: 'literal' } })
  t.equal(judge({ target: 'collection', search: '_queryFilter=bad+filter+here' }), 400)
  t.equal(judge({ target: 'collection', search: '_queryFilter=true&_queryId=x' }), 400)
  t.equal(findings(asking('action', '_pageSize=x')).query, undefined)
})

t.test('row 11 wants an _action of a POST that is no create', async t => {
  const rows: ReadonlyArray<readonly [Wire, number | 'pass']> = [
    [{ target: 'instance' }, 400],
    [{ target: 'singleton' }, 400],
    [{ target: 'instance', search: '_own=1' }, 400],
    [{ target: 'instance', search: '_action=create' }, 400],
    [{ target: 'singleton', search: '_action=CREATE' }, 400],
    [{ target: 'instance', search: '_action=' }, 'pass'],
    [{ target: 'instance', search: '_action=ping' }, 'pass'],
    [{ target: 'singleton', search: '_action=ping' }, 'pass'],
    [{ target: 'collection', search: '_action=ping' }, 'pass'],
    [{ target: 'collection' }, 'pass']
  ]
  for (const [wire, expected] of rows) t.equal(judge({ ...wire, method: 'POST' }), expected, JSON.stringify(wire))
})

t.test('row 11 wants an _action of every POST below protocol 2.1', async t => {
  for (const [version, expected] of [['1.0', 400], ['1.1', 400], ['2.0', 400], ['2.1', 'pass']] as const) {
    const wire: Wire = { method: 'POST', target: 'collection', headers: { acceptApiVersion: `protocol=${version}` } }
    t.equal(judge(wire), expected, version)
    t.equal(judge({ ...wire, search: '_action=create' }), 'pass', version)
  }
})

t.test('row 11 knows _action on POST alone', async t => {
  for (const operation of ['query', 'read', 'update', 'upsert', 'patch', 'delete']) {
    t.equal(judge(asking(operation, '_action=ping')), 400, operation)
  }
})

t.test('row 11 ignores all parameters beside a description but query selectors (ruling R14)', async t => {
  const rows: ReadonlyArray<readonly [string, number | 'pass']> = [
    ['_crestapi', 'pass'], ['_api', 'pass'], ['_CrestApi=true', 'pass'], ['_api&_crestapi', 'pass'], ['_api&_api', 'pass'],
    ['_crestapi&_bogus=1', 'pass'], ['_crestapi&_pageSize=x', 'pass'], ['_crestapi&_prettyPrint=true&_prettyPrint=false', 'pass'],
    ['_crestapi&_queryFilter=true', 400], ['_queryId=x&_api', 400], ['_api&_queryExpression=', 400], ['_api=%', 400], ['_api&_fields=%', 400]
  ]
  for (const [search, expected] of rows) {
    for (const target of ['collection', 'instance', 'singleton'] as const) {
      for (const method of ['GET', 'HEAD']) t.equal(judge({ method, target, search }), expected, `${method} ${search} on ${target}`)
    }
  }
  t.equal(findings({ target: 'collection', search: '_crestapi' }).query, undefined)
})

t.test('row 11 ignores conditions beside a description that cannot be read, and reads If-None-Match where it can', async t => {
  const found = (headers: Ask['headers']): unknown => findings({ target: 'instance', search: '_api', headers }).ifNoneMatch
  for (const headers of [{ ifMatch: 'a,b' }, { ifNoneMatch: 'a,b' }, { ifNoneMatch: '' }]) {
    t.equal(judge({ search: '_api', headers }), 'pass')
    t.equal(found(headers), undefined)
  }
  t.strictSame(found({ ifNoneMatch: '*' }), { kind: 'any' })
})

t.test('row 11 answers 400 to a description of a malformed id, and to the parameters outside GET and HEAD', async t => {
  t.equal(judge({ target: 'instance', id: '..', search: '_api' }), 400)
  for (const operation of ['create', 'update', 'upsert', 'patch', 'delete']) {
    for (const search of ['_crestapi', '_api']) t.equal(judge(asking(operation, search)), 400, `${search} on ${operation}`)
  }
})

t.test('row 11 does not hide a failure that is no bad request', async t => {
  const reserved = new Map([['_fields', [{ name: '_fields', get value (): string { throw new TypeError('broken') }, decodable: true }]]])
  t.throws(() => metadataIsReadable(ask({ facts: { reserved } satisfies Partial<Ask> })), new TypeError('broken'))
})
