import { deepStrictEqual } from 'node:assert/strict'
import { contentOf, idOf } from './documents.js'

const json = { 'content-type': 'application/json' }
const page = `/cities?${new URLSearchParams({ _queryFilter: 'country eq "DE"', _sortKeys: '-population', _pageSize: '20' })}`

/** Throws unless all servers answer alike, apart from what each makes by itself: ids, revisions, tags, cookies, texts of errors. */
export async function agree (servers) {
  const [ours, ...others] = await Promise.all(servers.map(({ origin }) => answers(origin)))
  for (const theirs of others) deepStrictEqual(ours, theirs)
  deepStrictEqual(ours.map(({ status }) => status), [200, 304, 200, 412, 201, 200, 400, 404])
}

async function answers (origin) {
  const path = `/cities/${idOf(7)}`
  const content = JSON.stringify(contentOf(7, 5))
  const read = await ask(origin, path)
  const fresh = await ask(origin, path, { headers: { 'if-none-match': read.etag } })
  const updated = await ask(origin, path, { method: 'PUT', headers: { ...json, 'if-match': read.etag }, body: content })
  const stale = await ask(origin, path, { method: 'PUT', headers: { ...json, 'if-match': read.etag }, body: content })
  const created = await ask(origin, '/cities', { method: 'POST', headers: json, body: JSON.stringify(contentOf(12)) })
  const found = await ask(origin, page)
  const invalid = await ask(origin, '/cities', { method: 'POST', headers: json, body: '{"name":"No country"}' })
  const absent = await ask(origin, '/cities/absent')
  return [read, fresh, updated, stale, created, found, invalid, absent].map(common)
}

async function ask (origin, path, options) {
  const response = await fetch(origin + path, options)
  const text = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    etag: response.headers.get('etag'),
    isLocated: response.headers.get('location')?.startsWith(`${origin}/cities/`),
    body: text === '' ? undefined : JSON.parse(text)
  }
}

function common ({ status, type, etag, isLocated, body }) {
  if (status >= 400) return { status }
  const { _id, _rev, result, pagedResultsCookie, ...others } = body ?? {}
  const documents = result?.map(({ _id: id, _rev, ...content }) => ({ id: id.length === 36 ? 'made' : id, ...content }))
  return { status, type, isTagged: etag !== null, isLocated, named: typeof _id, hasMore: typeof pagedResultsCookie, documents, ...others }
}
