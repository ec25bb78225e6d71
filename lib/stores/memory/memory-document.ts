import { contentJson } from '../../json.ts'
import type { JsonObject, JsonValue } from '../../json.ts'
import type { StoredDocument } from '../store.ts'

/** Who may have the content of a document parsed already, or keeps it so: under a number, as long as the stamp is the same. */
export interface ContentSource {
  /** The content that a text says, for others to look at too. */
  contentOf (number: number, stamp: number, text: string): JsonObject
}

/**
 * A document as it was read: its content is the JSON text, which is what is sent. Whoever looks at the content has it parsed, and
 * it stays so for others as long as there is room. What was just written is not kept parsed: objects that outlive a request are
 * dear to collect, and most are never looked at.
 */
export function memoryDocument (id: string, revision: string, text: string, source: ContentSource, number: number, stamp: number): StoredDocument {
  return new TextDocument(id, revision, text, source, number, stamp) as unknown as StoredDocument
}

class TextDocument {
  readonly id: string
  readonly revision: string
  readonly #text: string
  readonly #source: ContentSource
  readonly #number: number
  readonly #stamp: number
  #content: JsonObject | undefined

  constructor (id: string, revision: string, text: string, source: ContentSource, number: number, stamp: number) {
    this.id = id
    this.revision = revision
    this.#text = text
    this.#source = source
    this.#number = number
    this.#stamp = stamp
    Object.defineProperty(this, 'content', TextDocument.#lazyContent)
    Object.freeze(this)
  }

  /** Not the object's own: no part of what the document says, and none of its copies. */
  get [contentJson] (): string { return this.#text }

  /** Frozen, as it is shown again and again. */
  #look (): JsonObject {
    if (this.#content === undefined) {
      const content = this.#source.contentOf(this.#number, this.#stamp, this.#text)
      this.#content = Object.isFrozen(content) ? content : freeze(content)
    }
    return this.#content
  }

  /** One function for all documents: a getter of its own would give each a shape of its own, which V8 keeps until a full collection. */
  static readonly #lazyContent: PropertyDescriptor & ThisType<TextDocument> = {
    configurable: true,
    enumerable: true,
    get () { return this.#look() }
  }
}

function freeze<Value extends JsonValue | undefined> (value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}
