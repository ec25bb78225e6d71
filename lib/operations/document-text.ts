import type { Document } from '../declare/provider.ts'
import { contentJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { StoredDocument } from '../stores/store.ts'

/** A document that has the JSON text of its content, if a store keeps it as a text. */
export type TextualDocument = Document & Partial<Pick<StoredDocument, typeof contentJson>>

/** The JSON text of a content, where there is one: nothing has to be parsed or printed. */
export function textOf (document: TextualDocument): string | undefined {
  return document[contentJson]
}

/**
 * The content of a document that is about to be replaced. Where there is a text it is parsed for this change alone: the
 * content that the document shows would be frozen, and kept for others to look at.
 */
export function contentToChange (document: TextualDocument): JsonObject {
  const text = textOf(document)
  return text === undefined ? document.content : JSON.parse(text) as JsonObject
}
