import type { CollectionHandle } from '../declare/handle.ts'
import { ResourceError } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { failure, oneLine } from './command-error.ts'
import type { OnConflict } from './parse-arguments.ts'

/** What became of a document. */
export type LoadOutcome =
  | { readonly kind: 'created' | 'replaced' | 'skipped' }
  | { readonly kind: 'refused', readonly reason: string }

/** Where documents go. */
export interface LoadTarget {
  readonly handle: CollectionHandle
  readonly params: Readonly<Record<string, string>>
  readonly onConflict: OnConflict
}

/**
 * Loads one document: judged as an in-process create is, or an update. `_id` is its id, `_rev` is ignored.
 *
 * @throws CommandError where the store fails, which is no fault of the document
 */
export async function loadDocument (target: LoadTarget, { _rev, ...document }: JsonObject): Promise<LoadOutcome> {
  try {
    return await load(target, document)
  } catch (error) {
    if (!(error instanceof ResourceError) || error.statusCode >= 500) throw failure(error)
    return { kind: 'refused', reason: describeRefusal(error) }
  }
}

async function load (target: LoadTarget, document: JsonObject): Promise<LoadOutcome> {
  const { _id: id, ...content } = document
  const { handle, params, onConflict } = target
  const settle = async (): Promise<LoadOutcome | undefined> => {
    if (typeof id !== 'string') return undefined
    if (onConflict === 'skip' && await isThere(async () => handle.read(id, { params }))) return { kind: 'skipped' }
    if (onConflict === 'replace' && await isThere(async () => handle.update(id, content, { params, revision: '*' }))) return { kind: 'replaced' }
    return undefined
  }
  const settled = await settle()
  if (settled !== undefined) return settled
  try {
    await handle.create(document, { params })
    return { kind: 'created' }
  } catch (error) {
    if (!(error instanceof ResourceError) || error.statusCode !== 409) throw error
    // Somebody else may have created it meanwhile; if not, it is another conflict, as that of a unique value.
    const late = await settle()
    if (late === undefined) throw error
    return late
  }
}

async function isThere (call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    // What is gone is not there either: the create is told why it cannot be.
    if (error instanceof ResourceError && (error.statusCode === 404 || error.statusCode === 410)) return false
    throw error
  }
}

const longestDetail = 500

/** A refusal in one line, with what the plugin tells clients about it. */
function describeRefusal ({ statusCode, message, detail }: ResourceError): string {
  const said = oneLine(`${statusCode} ${message}`)
  // The message names the first of these.
  if (detail === undefined || (isJsonObject(detail) && Array.isArray(detail['violations']) && detail['violations'].length === 1)) return said
  const text = JSON.stringify(detail)
  return `${said} ${text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text}`
}
