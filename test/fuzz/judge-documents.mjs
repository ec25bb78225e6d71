// Judges what is stored: schemas, unique values, and indexes against a scan. Then takes away what is too much.
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { parseQueryFilter, queryPredicate } from 'fastify-common-rest'
import { schemas } from './declarations.mjs'

const ajv = addFormats.default(new Ajv({ strict: false, allowUnionTypes: true }))
const fits = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]))
/** So many documents may stay in a collection. */
const keep = 150

/** Everything that is wrong, one sentence each. Nobody writes meanwhile. */
export async function judge (collections) {
  const faults = []
  for (const collection of collections) {
    const documents = await all(collection)
    faults.push(...faultsOfDocuments(collection, documents), ...faultsOfUnique(collection, documents))
    for (const filter of collection.filters) faults.push(...await faultsOfFilter(collection, documents, filter))
    for (const { id } of documents.slice(keep)) await collection.handle.delete(id, { revision: '*', params: collection.params })
    await collection.handle.purge()
  }
  return faults
}

async function all ({ handle, params }, filter, sortKeys) {
  const documents = []
  for (let cookie; ;) {
    const page = await handle.query({ params, pageSize: 100, ...(filter && { filter }), ...(sortKeys && { sortKeys }), ...(cookie && { cookie }) })
    documents.push(...page.results)
    if (page.cookie === null) return documents
    cookie = page.cookie
  }
}

function faultsOfDocuments ({ name }, documents) {
  const faults = []
  for (const { id, revision, content } of documents) {
    if (!fits[name](content)) faults.push(`/${name}/${id} does not fit its schema: ${ajv.errorsText(fits[name].errors)}`)
    if ('_id' in content || '_rev' in content) faults.push(`/${name}/${id} has a member of the server in its content`)
    if (!/^[\x21\x23-\x7e]+$/.test(revision)) faults.push(`/${name}/${id} has the revision ${revision}`)
    if (Buffer.byteLength(id) > 255 || Buffer.byteLength(id) === 0 || /\p{Cc}/u.test(id) || id === '.' || id === '..') faults.push(`/${name} has the id ${JSON.stringify(id)}`)
  }
  if (new Set(documents.map(({ id }) => id)).size !== documents.length) faults.push(`/${name} lists an id twice`)
  return faults
}

function faultsOfUnique ({ name, unique }, documents) {
  const faults = []
  for (const members of unique) {
    const seen = new Map()
    for (const { id, content } of documents) {
      const values = members.map((member) => content[member])
      if (values.some((value) => value === undefined || value === null)) continue
      const key = JSON.stringify(values)
      if (seen.has(key)) faults.push(`/${name}: ${seen.get(key)} and ${id} have the same ${members.join(' and ')}: ${key}`)
      seen.set(key, id)
    }
  }
  return faults
}

/** Along an index, and by looking at each document: the same documents; and the same ones sorted. */
async function faultsOfFilter (collection, documents, filter) {
  const matches = queryPredicate(parseQueryFilter(filter))
  const wanted = documents.filter(({ id, revision, content }) => matches({ id, revision, content })).map(({ id }) => id).sort().join()
  const faults = []
  for (const sortKeys of [undefined, [filter.split(' ')[0]], [`-${filter.split(' ')[0]}`]]) {
    const found = (await all(collection, filter, sortKeys)).map(({ id }) => id).sort().join()
    if (found !== wanted) faults.push(`/${collection.name}?${filter} sorted by ${sortKeys} finds ${found}, not ${wanted}`)
  }
  return faults
}
