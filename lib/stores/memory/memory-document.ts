import { contentJson } from '../../json.ts'
import type { JsonObject, JsonValue } from '../../json.ts'
import type { StoredDocument } from '../store.ts'
import { ParsedContents } from './parsed-contents.ts'

/**
 * A document as memory keeps it: the JSON text of its content, as a database would. A text is a third of the objects that it
 * stands for, and is what is sent. Whoever looks at the content has it parsed, and it stays so as long as there is room.
 *
 * @param content what the text says, if it is known and nobody else's
 */
export function memoryDocument (id: string, revision: string, text: string, content?: JsonObject): StoredDocument {
  return new TextDocument(id, revision, text, content) as unknown as StoredDocument
}

class TextDocument {
  readonly id: string
  readonly revision: string
  readonly #text: string
  #content: JsonObject | undefined

  constructor (id: string, revision: string, text: string, content: JsonObject | undefined) {
    this.id = id
    this.revision = revision
    this.#text = text
    this.#content = content
    if (content !== undefined) TextDocument.#parsed.keep(this, text.length)
    Object.defineProperty(this, 'content', TextDocument.#lazyContent)
    Object.freeze(this)
  }

  /** Not the object's own: no part of what the document says, and none of its copies. */
  get [contentJson] (): string { return this.#text }

  /** Frozen, as it is shown again and again, but not before somebody looks. */
  #look (): JsonObject {
    const known = this.#content
    if (known !== undefined) return Object.isFrozen(known) ? known : freeze(known)
    const content = freeze(JSON.parse(this.#text) as JsonObject)
    this.#content = content
    TextDocument.#parsed.keep(this, this.#text.length)
    return content
  }

  static readonly #parsed = new ParsedContents<TextDocument>((document) => { document.#content = undefined })

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
