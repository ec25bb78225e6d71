import type { ComparedDocument } from '../../crest/comparable.ts'
import { contentJson } from '../../json.ts'
import type { JsonObject, JsonValue } from '../../json.ts'
import type { StoredDocument } from '../store.ts'
import { ParsedContents } from './parsed-contents.ts'
import type { KeptContent } from './parsed-contents.ts'

/**
 * A document as memory keeps it: the JSON text of its content, as a database would. A text is a third of the objects that it
 * stands for, and is what is sent. Whoever looks at the content has it parsed, and it stays so as long as there is room.
 * What was just written is not kept parsed: objects that outlive a request are dear to collect, and most are never looked at.
 */
export function memoryDocument (id: string, revision: string, text: string): StoredDocument {
  return new TextDocument(id, revision, text) as unknown as StoredDocument
}

/**
 * A document to be compared and nothing else: its content is not frozen, so nobody may get hold of it. Where there is room it
 * stays parsed; going through a collection that has no room pushes nothing out.
 */
export function comparedDocument (document: StoredDocument): ComparedDocument {
  const { id, revision } = document
  return document instanceof TextDocument ? { id, revision, content: TextDocument.peek(document) } : document
}

/** To be called where a document is replaced or removed: its content takes no room from others any more. */
export function discardDocument (document: StoredDocument): void {
  if (document instanceof TextDocument) TextDocument.discard(document)
}

class TextDocument {
  readonly id: string
  readonly revision: string
  readonly #text: string
  #known: { readonly content: JsonObject, readonly kept: KeptContent<TextDocument> } | undefined

  constructor (id: string, revision: string, text: string) {
    this.id = id
    this.revision = revision
    this.#text = text
    Object.defineProperty(this, 'content', TextDocument.#lazyContent)
    Object.freeze(this)
  }

  /** Not the object's own: no part of what the document says, and none of its copies. */
  get [contentJson] (): string { return this.#text }

  static peek (document: TextDocument): JsonObject {
    const known = document.#known
    if (known !== undefined) return known.content
    const content = JSON.parse(document.#text) as JsonObject
    if (TextDocument.#parsed.hasRoom(document.#text.length)) document.#keep(content)
    return content
  }

  static discard (document: TextDocument): void {
    if (document.#known !== undefined) TextDocument.#parsed.drop(document.#known.kept)
  }

  /** Frozen, as it is shown again and again. */
  #look (): JsonObject {
    const known = this.#known?.content
    if (known !== undefined) return Object.isFrozen(known) ? known : freeze(known)
    const content = freeze(JSON.parse(this.#text) as JsonObject)
    this.#keep(content)
    return content
  }

  #keep (content: JsonObject): void {
    this.#known = { content, kept: TextDocument.#parsed.keep(this, this.#text.length) }
  }

  static readonly #parsed = new ParsedContents<TextDocument>((document) => { document.#known = undefined })

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
