import { CREST_ERR_STORE_SEED } from '../store-errors.ts'
import { BadRequest } from '../../errors.ts'
import type { MemoryDocuments } from './memory-documents.ts'
import type { WriteOutcome } from '../store.ts'
import type { JsonObject } from '../../json.ts'

/** A list of documents with `_id` for a collection, or one object for a singleton; `_rev` is optional. */
export type Seeds = readonly JsonObject[] | JsonObject

// etagc characters of RFC 9110 section 8.8.3 without obs-text, which JSON and logs would show differently.
const revisionText = /^[!#-~]+$/

/** Inserts the seeds of `path`; throws CREST_ERR_STORE_SEED for the first one that cannot be. */
export function plantSeeds (documents: MemoryDocuments, path: string, seeds: Seeds): void {
  const singleton = !Array.isArray(seeds)
  for (const { _id, _rev, ...content } of (singleton ? [seeds] : seeds) as readonly JsonObject[]) {
    const refuse = (what: string, cause?: unknown): never => {
      throw Object.assign(new CREST_ERR_STORE_SEED(JSON.stringify(_id), path, what), { cause })
    }
    const id = singleton ? '' : _id
    if (typeof id !== 'string') return refuse('has no string _id')
    if (_rev !== undefined && (typeof _rev !== 'string' || !revisionText.test(_rev) || _rev === '*')) {
      return refuse('has a _rev that cannot be an entity tag')
    }
    let outcome: WriteOutcome
    try {
      outcome = documents.insert(id, content, undefined, _rev)
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error
      return refuse(`is refused: ${error.message}`, error)
    }
    if (outcome.kind === 'clash') return refuse(`breaks the unique constraint on ${outcome.pointers.join(', ')}`)
    if (outcome.kind !== 'written') return refuse('has an id that is taken')
  }
}
