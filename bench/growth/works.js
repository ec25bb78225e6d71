import { idOf } from '../comparison/documents.js'
import { contentOf, figuresOf } from './documents.js'

const json = { 'content-type': 'application/json' }

/** What is asked of a server in its dimensions: the status that is expected, and the requests that a connection repeats. */
export const works = {
  read: { requests: ({ resources, documents }) => some(() => ({ method: 'GET', path: pathOf(resources, documents) })) },
  'read by hand': { requests: ({ documents }) => some(() => ({ method: 'GET', path: `/cities/${idOf(below(documents))}` })) },
  // A value that one document has, or few.
  'indexed query': { requests: ({ documents }) => some(() => ({ method: 'GET', path: query(`population eq ${contentOf(below(documents)).population}`) })) },
  // A value that one of fifty has.
  'indexed query, page of 20': { requests: () => [{ method: 'GET', path: query('country eq "AR"') }] },
  update: { requests: (dimensions) => [changes(dimensions, (number) => ({ ...contentOf(number), population: below(10_000_000) }))] },
  'update, one indexed member changes': { requests: (dimensions) => [changes(dimensions, (number) => ({ ...contentOf(number, { wide: true }), figure0: below(10_000_000) }))] },
  'update, all indexed members change': { requests: (dimensions) => [changes(dimensions, (number) => ({ ...contentOf(number, { wide: true }), ...figuresOf(below(10_000_000)) }))] },
  create: { status: 201, requests: () => some((number) => ({ method: 'POST', path: '/r0', headers: json, body: JSON.stringify(contentOf(number, { wide: true })) })) }
}

function some (request) {
  return Array.from({ length: 200 }, (_, number) => request(number))
}

function below (limit) {
  return Math.floor(Math.random() * limit)
}

function pathOf (resources, documents) {
  return `/r${below(resources)}/${idOf(below(documents))}`
}

function query (filter) {
  return `/r0?${new URLSearchParams({ _queryFilter: filter, _pageSize: '20' })}`
}

/** Any revision will do, as with one document all connections change the same. */
function changes ({ resources, documents }, change) {
  return {
    method: 'PUT',
    setupRequest (request) {
      const number = below(documents)
      return { ...request, path: `/r${below(resources)}/${idOf(number)}`, headers: { ...json, 'if-match': '*' }, body: JSON.stringify(change(number)) }
    }
  }
}
