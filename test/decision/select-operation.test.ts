import t from 'tap'
import { groupParameters, parseQueryString } from '../../lib/crest/parameters.ts'
import type { Ask } from '../../lib/decision/ask.ts'
import { selectOperation } from '../../lib/decision/select-operation.ts'
import type { TargetKind } from '../../lib/http/methods.ts'

function select (method: string, target: TargetKind, search: string, headers: Ask['headers'] = {}): string {
  const { operation, action } = selectOperation(method, target, headers, groupParameters(parseQueryString(search)).reserved)
  return action === undefined ? operation : `${operation} ${JSON.stringify(action)}`
}

t.test('GET and HEAD query a collection, and read everything else', async t => {
  for (const method of ['GET', 'HEAD']) {
    for (const search of ['', '_queryFilter=true', '_action=ping', '_queryId=all']) {
      t.equal(select(method, 'collection', search), 'query')
      t.equal(select(method, 'instance', search), 'read')
      t.equal(select(method, 'singleton', search), 'read')
    }
  }
})

t.test('GET and HEAD with _api or _crestapi ask for a description, and nothing else does', async t => {
  for (const target of ['collection', 'instance', 'singleton'] as const) {
    for (const search of ['_api', '_crestapi', '_CRESTAPI=false', '_queryFilter=true&_api=', '_fields=a&_crestapi']) {
      for (const method of ['GET', 'HEAD']) t.equal(select(method, target, search), 'describe', `${method} ${search} on ${target}`)
      for (const method of ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'BREW']) t.not(select(method, target, search), 'describe', `${method} ${search} on ${target}`)
    }
    for (const search of ['api', '_apis', '%5Fapi2']) t.not(select('GET', target, search), 'describe', search)
  }
})

t.test('POST creates in a collection, or names an action', async t => {
  const rows: ReadonlyArray<readonly [string, string, string]> = [
    // on a collection; on an instance and a singleton
    ['', 'create', 'action'],
    ['_action=create', 'create', 'action "create"'],
    ['_ACTION=CrEaTe', 'create', 'action "CrEaTe"'],
    ['_action=', 'action ""', 'action ""'],
    ['_action', 'action ""', 'action ""'],
    ['_action=ping', 'action "ping"', 'action "ping"'],
    ['_action=Ping&_action=create', 'action "Ping"', 'action "Ping"'],
    ['action=ping', 'create', 'action']
  ]
  for (const [search, onCollection, elsewhere] of rows) {
    t.equal(select('POST', 'collection', search), onCollection, `${search} on a collection`)
    t.equal(select('POST', 'instance', search), elsewhere, `${search} on an instance`)
    t.equal(select('POST', 'singleton', search), elsewhere, `${search} on a singleton`)
  }
})

t.test('PUT on a singleton updates, whatever the conditions', async t => {
  for (const headers of [{}, { ifMatch: '"x"' }, { ifNoneMatch: '*' }, { ifMatch: '*', ifNoneMatch: '*' }, { acceptApiVersion: 'protocol=1.0' }]) {
    t.equal(select('PUT', 'singleton', '', headers), 'update')
  }
})

t.test('PUT on an instance is selected by its conditions and the protocol version', async t => {
  const rows: ReadonlyArray<readonly [Ask['headers'], string]> = [
    [{}, 'upsert'],
    [{ ifMatch: '"x"' }, 'update'],
    [{ ifMatch: '*' }, 'update'],
    [{ ifMatch: 'mal,formed' }, 'update'],
    [{ ifMatch: '' }, 'update'],
    [{ ifMatch: '"x"', ifNoneMatch: '*' }, 'update'],
    [{ ifNoneMatch: '*' }, 'create'],
    [{ ifNoneMatch: ' * ' }, 'create'],
    [{ ifNoneMatch: '"*"' }, 'create'],
    [{ ifNoneMatch: '"x"' }, 'upsert'],
    [{ ifNoneMatch: '*, "x"' }, 'upsert'],
    [{ ifNoneMatch: '' }, 'upsert'],
    [{ acceptApiVersion: 'protocol=1.0' }, 'update'],
    [{ acceptApiVersion: 'protocol=1.1' }, 'update'],
    [{ acceptApiVersion: 'protocol=2.0' }, 'upsert'],
    [{ acceptApiVersion: 'protocol=2.1' }, 'upsert'],
    [{ acceptApiVersion: 'resource=1.0' }, 'upsert'],
    [{ acceptApiVersion: 'nonsense' }, 'upsert'],
    [{ acceptApiVersion: 'protocol=1.0', ifNoneMatch: '*' }, 'create']
  ]
  for (const [headers, expected] of rows) t.equal(select('PUT', 'instance', '', headers), expected, JSON.stringify(headers))
})

t.test('PATCH and DELETE are named like their operations', async t => {
  for (const target of ['instance', 'singleton', 'collection'] as const) {
    t.equal(select('PATCH', target, '_action=ping'), 'patch')
    t.equal(select('DELETE', target, '_action=ping'), 'delete')
  }
})

t.test('every other method gets some operation, because rows 5 and 6 answer it', async t => {
  t.equal(select('OPTIONS', 'instance', ''), 'read')
  t.equal(select('FOO', 'collection', ''), 'query')
})
