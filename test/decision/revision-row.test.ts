import t from 'tap'
import { metadataIsReadable } from '../../lib/decision/metadata-row.ts'
import { revisionIsSupplied } from '../../lib/decision/revision-row.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import { ask, brief } from './ask.ts'
import type { ResourceFacts, Wire } from './ask.ts'

/** As row 15 sees it: with what row 11 found in the headers. */
function read (wire: Wire): Ask {
  const given = ask(wire)
  const verdict = metadataIsReadable(given)
  return { ...given, ...(verdict?.kind === 'found' ? verdict.findings : {}) }
}

const required: ResourceFacts = { revisionRequired: true }

t.test('row 15 asks for a revision on update, patch and delete only', async t => {
  const rows: ReadonlyArray<readonly [Wire, number | 'pass']> = [
    [{ target: 'collection' }, 'pass'],
    [{}, 'pass'],
    [{ method: 'HEAD' }, 'pass'],
    [{ target: 'singleton' }, 'pass'],
    [{ target: 'collection', method: 'POST' }, 'pass'],
    [{ method: 'POST', search: '_action=ping' }, 'pass'],
    [{ method: 'PUT' }, 428],
    [{ method: 'PUT', headers: { acceptApiVersion: 'protocol=1.0' } }, 428],
    [{ method: 'PUT', target: 'singleton' }, 428],
    [{ method: 'PATCH' }, 428],
    [{ method: 'PATCH', target: 'singleton' }, 428],
    [{ method: 'DELETE' }, 428]
  ]
  for (const [wire, expected] of rows) {
    t.equal(brief(revisionIsSupplied(read({ ...wire, resource: required }))), expected, JSON.stringify(wire))
    t.equal(brief(revisionIsSupplied(read(wire))), 'pass', `${JSON.stringify(wire)}, not required`)
  }
})

t.test('row 15 takes what supplies a revision (decision order 3.4)', async t => {
  const headers: ReadonlyArray<readonly [Ask['headers'], number | 'pass', number | 'pass']> = [
    // PUT, then PATCH and DELETE
    [{ ifMatch: '"x"' }, 'pass', 'pass'],
    [{ ifMatch: 'W/"x"' }, 'pass', 'pass'],
    [{ ifMatch: '*' }, 'pass', 'pass'],
    [{ ifMatch: 'x' }, 'pass', 'pass'],
    [{ ifNoneMatch: '*' }, 'pass', 428],
    [{ ifNoneMatch: '"*"' }, 'pass', 428],
    [{ ifNoneMatch: '"x"' }, 428, 428],
    [{ ifMatch: '"x"', ifNoneMatch: '"y"' }, 'pass', 'pass']
  ]
  for (const [given, put, others] of headers) {
    for (const target of ['instance', 'singleton'] as const) {
      t.equal(brief(revisionIsSupplied(read({ method: 'PUT', target, headers: given, resource: required }))), put, `PUT on ${target} ${JSON.stringify(given)}`)
      t.equal(brief(revisionIsSupplied(read({ method: 'PATCH', target, headers: given, resource: required }))), others, `PATCH on ${target} ${JSON.stringify(given)}`)
    }
    t.equal(brief(revisionIsSupplied(read({ method: 'DELETE', headers: given, resource: required }))), others, `DELETE ${JSON.stringify(given)}`)
  }
})

t.test('row 15 asks a PUT that can only create for no revision', async t => {
  t.equal(brief(revisionIsSupplied(read({ method: 'PUT', resource: { ...required, operations: ['create'] } }))), 'pass')
  t.equal(brief(revisionIsSupplied(read({ method: 'PUT', resource: { ...required, operations: ['update'] } }))), 428)
})
