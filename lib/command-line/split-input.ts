/** A piece of the input that is one document, if it is any. */
export type InputPiece =
  /** The bytes of one document. */
  | { readonly kind: 'text', readonly line: number, readonly bytes: Buffer }
  /** One document that is longer than the limit; its bytes are not kept. */
  | { readonly kind: 'too-long', readonly line: number }
  /** What follows cannot be told apart any more. */
  | { readonly kind: 'broken', readonly line: number, readonly problem: string }

/** Takes an input apart while it comes; `line` is that in which a piece begins, from 1. */
export interface InputSplitter {
  /** The pieces that end in this chunk. */
  readonly push: (chunk: Buffer) => Iterable<InputPiece>
  /** The last piece, or what is missing. */
  readonly end: () => Iterable<InputPiece>
}

/** The bytes of a piece that may come in several chunks, at most `limit` of them. */
export class PieceBytes {
  readonly #limit: number
  #parts: Buffer[] = []
  #length = 0

  constructor (limit: number) {
    this.#limit = limit
  }

  /** How many bytes the piece has so far. */
  get length (): number { return this.#length }

  add (part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#limit) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  /** Ends the piece that has begun in `line`; the next one begins. */
  take (line: number): InputPiece {
    const bytes = this.#parts.length === 1 ? this.#parts[0] as Buffer : Buffer.concat(this.#parts)
    const tooLong = this.#length > this.#limit
    this.#parts = []
    this.#length = 0
    return tooLong ? { kind: 'too-long', line } : { kind: 'text', line, bytes }
  }
}

const newline = 0x0a

/** Lines, of which each is a document. */
export function splitLines (limit: number, firstLine: number): InputSplitter {
  const piece = new PieceBytes(limit)
  let line = firstLine
  return {
    * push (chunk) {
      let from = 0
      for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
        piece.add(chunk.subarray(from, to))
        from = to + 1
        yield piece.take(line++)
      }
      piece.add(chunk.subarray(from))
    },
    * end () {
      if (piece.length > 0) yield piece.take(line)
    }
  }
}
