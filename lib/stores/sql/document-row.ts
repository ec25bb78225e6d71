import { contentJson } from '../../json.ts'
import type { JsonObject } from '../../json.ts'
import type { StoredDocument } from '../store.ts'

/** A document as SQL databases give it: its content as JSON text. */
export interface DocumentRow {
  readonly id: string
  readonly revision: string
  readonly content: string
}

/** The document of a row, whose content is parsed when it is first looked at: most are only sent on. */
export function toDocument (row: DocumentRow): StoredDocument {
  // Columns are picked by name, as some drivers add some of their own.
  const { id, revision, content: text } = row
  let content: JsonObject | undefined
  const document = { id, revision, get content (): JsonObject { return (content ??= JSON.parse(text) as JsonObject) } }
  // Not enumerable: no part of what the document says, and none of its copies.
  return Object.defineProperty(document, contentJson, { value: text })
}
