import { memoryStore, NotFound, PreconditionFailed } from '../../lib/index.ts'
import type { Document, JsonObject, Provider, ResourceDefinition } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'

/** A provider over a map, with one document for the empty id of a singleton. */
export function mapProvider (documents: Map<string, Document> = new Map()): Required<Pick<Provider, 'read' | 'create' | 'update' | 'delete'>> {
  let writes = 0
  const put = (id: string, content: JsonObject): Document => {
    const document = { id, revision: `r${++writes}`, content }
    documents.set(id, document)
    return document
  }
  const current = (id: string, revision: string | undefined): Document => {
    const document = documents.get(id)
    if (document === undefined) throw new NotFound('nothing here')
    if (revision !== undefined && document.revision !== revision) throw new PreconditionFailed('it has changed')
    return document
  }
  return {
    read: ({ id }) => documents.get(id),
    create: ({ id = `made${writes}`, content }) => {
      if (documents.has(id)) throw new PreconditionFailed('it is taken')
      return put(id, content)
    },
    update: ({ id, content, revision }) => {
      if (revision !== undefined) current(id, revision)
      return put(id, content)
    },
    delete: ({ id, revision }) => {
      const document = current(id, revision)
      documents.delete(id)
      return document
    }
  }
}

/** Where the documents of a resource may live, a new place at each call. */
export const backends: ReadonlyArray<readonly [name: string, make: () => Pick<ResourceDefinition, 'store' | 'provider'>]> = [
  ['memory', () => ({ store: memoryStore() })],
  ['SQLite', () => ({ store: sqliteStore(':memory:') })],
  ['a provider', () => ({ provider: mapProvider() })]
]
