import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { JsonObject, Store } from '../../lib/index.ts'
import { buildApp, loose } from '../plugin/app.ts'

const json = { 'content-type': 'application/json' }

/** A text that is nowhere else, with what would end a literal in SQL. */
function marker (place: string): string {
  return `mark'"\\;--${place}`
}

/** Requests with a marker in every place that a store may see. */
function requests (cookie: string): readonly InjectOptions[] {
  const at = (place: string): string => encodeURIComponent(marker(place))
  const queries: ReadonlyArray<Readonly<Record<string, string>>> = ['a', 'free', '_id'].flatMap((field) => [
    ...['eq', 'co', 'sw', 'lt', 'le', 'gt', 'ge'].map((operator) => ({ _queryFilter: `${field} ${operator} ${JSON.stringify(marker(`value-${operator}`))}` })),
    { _queryFilter: `${field} in '${JSON.stringify([marker('in')]).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` },
    { _queryFilter: `!(${field} eq ${JSON.stringify(marker('negated'))})`, _sortKeys: `-${field}`, _totalPagedResultsPolicy: 'EXACT' },
    { _queryFilter: `${field} pr`, _sortKeys: `mark-sorted,-mark-sorted-2/${field}`, _fields: 'mark-field/*', _pageSize: '1', _totalPagedResultsPolicy: 'ESTIMATE' }
  ])
  return [
    ...queries.map((parameters): InjectOptions => ({ url: `/things?${new URLSearchParams(parameters).toString()}` })),
    ...['pr', 'eq 1', 'eq true', 'eq "x"', 'lt 5', "in '[1,2]'"].map((clause): InjectOptions => ({ url: `/things?_queryFilter=${encodeURIComponent(`mark-path/mark-deep ${clause}`)}&_pagedResultsOffset=1` })),
    { url: `/things?_pagedResultsCookie=${encodeURIComponent(cookie)}&_pageSize=1&_sortKeys=a` },
    { url: `/things?_queryId=${at('query')}` }, { url: `/things?_queryId=named&of=${at('of')}` },
    { url: `/realms/${at('realm')}/users?_sortKeys=a&_pageSize=2` }, { url: '/realms/mark-plain/users?_sortKeys=-a&_queryFilter=a+eq+1' }, { url: '/realms/mark-plain/users?_pageSize=3' },
    ...['/things', `/realms/${at('realm')}/users`, '/realms/mark-plain/users'].flatMap((path): InjectOptions[] => [
      { method: 'PUT', url: `${path}/${at('id')}`, headers: json, payload: JSON.stringify({ a: marker('content'), [marker('member')]: [marker('element')], u: marker('unique') }) },
      { method: 'POST', url: path, headers: json, payload: JSON.stringify({ _id: marker('posted'), u: marker('unique') }) },
      { url: `${path}/${at('id')}?_fields=${encodeURIComponent('mark-field')}` },
      { method: 'PUT', url: `${path}/${at('id')}`, headers: { ...json, 'if-match': '"mark-revision"' }, payload: '{}' },
      { method: 'PATCH', url: `${path}/${at('id')}`, headers: json, payload: JSON.stringify([{ operation: 'add', field: '/mark-patched/mark-deep', value: { [marker('patch')]: marker('patched') } }]) },
      { method: 'PATCH', url: `${path}/${at('id')}`, headers: { 'content-type': 'application/merge-patch+json' }, payload: JSON.stringify({ [marker('merge')]: 1 }) },
      { method: 'DELETE', url: `${path}/${at('id')}` },
      { url: `${path}/${at('id')}` }
    ]),
    { method: 'PUT', url: '/setting', headers: json, payload: JSON.stringify({ a: marker('setting') }) }
  ]
}

/**
 * Asserts that no text of a request is in a statement that reaches the driver of a store. Numbers of a page, which are read
 * and printed anew, may be.
 *
 * @param statements the texts of all statements so far
 */
export async function keepsRequestsOutOfStatements (t: Test, store: Store, statements: () => readonly string[]): Promise<void> {
  const app: FastifyInstance = await buildApp(t, { options: { store } })
  const definition = { indexes: ['/a'], unique: ['/u'], tombstones: true, expires: '/until', queries: { named: ({ of = '' }: Readonly<Record<string, string>>) => `a eq ${JSON.stringify(of)}` } }
  const things = app.resource('/things', loose(definition))
  app.resource('/realms/:realm/users', loose(definition))
  app.resource('/setting', { kind: 'singleton' })
  for (let n = 0; n < 3; n++) await app.inject({ method: 'PUT', url: `/things/n${n}`, headers: json, payload: JSON.stringify({ a: marker(`seed-${n}`), free: marker(`free-${n}`) }) })
  const page = await app.inject('/things?_pageSize=1&_sortKeys=a')
  const { pagedResultsCookie } = page.json<JsonObject>()
  const statuses: number[] = []
  const problems: string[] = []
  for (const request of requests(String(pagedResultsCookie))) {
    const response = await app.inject(request)
    statuses.push(response.statusCode)
    if (response.statusCode >= 500 && response.statusCode !== 501) problems.push(`${request.method} ${String(request.url)}: ${response.body}`)
  }
  t.ok(statuses.filter((status) => status < 300).length > 50, `${statuses.join(' ')}`)
  await things.purge()
  t.strictSame(problems, [])
  t.ok(statements().length > 50)
  t.strictSame([...new Set(statements())].filter((text) => /mark/.test(text)), [])
}
