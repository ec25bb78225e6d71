import { memoryStore, parseQueryFilter } from 'fastify-common-rest'
import { postgresStore } from 'fastify-common-rest/postgres'
import { sqliteStore } from 'fastify-common-rest/sqlite'
import { contentJson } from '../../dist/json.js'

const path = '/cities'
const rules = { unique: [], indexes: ['/country', '/population'], expires: undefined, tombstones: false }
const sortKeys = [{ pointer: ['population'], descending: true }]

/** The store at a URL: memory:, file:///… or postgres://…. */
export function openStore (url) {
  const { protocol, pathname, href } = new URL(url)
  switch (protocol) {
    case 'memory:': return memoryStore()
    case 'file:': return sqliteStore(pathname)
    case 'postgres:': return postgresStore(href)
  }
}

/** The store's own collection as a table: what routes by hand ask of it is what the plugin asks. */
export async function storeTable (url) {
  const store = openStore(url)
  store.attach()
  const collection = store.collection(path, rules)
  const filters = new Map()
  const filterOf = (country) => {
    if (!filters.has(country)) filters.set(country, parseQueryFilter(`country eq "${country}"`))
    return filters.get(country)
  }
  return {
    read: async (id) => {
      const slot = await collection.read(id)
      return slot.kind === 'document' ? toRow(slot.document) : undefined
    },
    update: async (id, revision, content) => writtenRow(await collection.replace(id, revision, content)),
    insert: async (id, content) => writtenRow(await collection.insert(id, content)),
    page: async (country, limit) => (await collection.query({ filter: filterOf(country), sortKeys, limit })).documents.map(toRow),
    close: () => store.detach()
  }
}

function writtenRow ({ kind, document }) {
  return kind === 'written' ? toRow(document) : undefined
}

function toRow (document) {
  return { id: document.id, revision: document.revision, content: document[contentJson] ?? JSON.stringify(document.content) }
}
