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
  return new RowDocument(row) as unknown as StoredDocument
}

class RowDocument {
  readonly id: string
  readonly revision: string
  readonly #text: string
  #content: JsonObject | undefined

  constructor ({ id, revision, content }: DocumentRow) {
    this.id = id
    this.revision = revision
    this.#text = content
    Object.defineProperty(this, 'content', RowDocument.#lazyContent)
  }

  /** Not the object's own: no part of what the document says, and none of its copies. */
  get [contentJson] (): string { return this.#text }

  /** One function for all documents: a getter of its own would give each a shape of its own, which V8 keeps until a full collection. */
  static readonly #lazyContent: PropertyDescriptor & ThisType<RowDocument> = {
    configurable: true,
    enumerable: true,
    get () { return (this.#content ??= JSON.parse(this.#text) as JsonObject) }
  }
}
