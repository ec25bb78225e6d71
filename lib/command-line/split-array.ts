import { PieceBytes } from './split-input.ts'
import type { InputPiece, InputSplitter } from './split-input.ts'

const [tab, newline, carriageReturn, space, quote, comma, openBracket, backslash, closeBracket, openBrace, closeBrace] =
  [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d] as const

/** Whether a byte is white space to JSON (RFC 8259 section 2). */
export function isBlank (byte: number): boolean {
  return byte === space || byte === newline || byte === carriageReturn || byte === tab
}

/**
 * The elements of a JSON array, of which each is a document. Only where they begin and end is looked at: whether an element is
 * JSON is for who parses it.
 */
export function splitArray (limit: number, firstLine: number): InputSplitter {
  const piece = new PieceBytes(limit)
  let line = firstLine
  let state: 'before' | 'between' | 'element' | 'after' | 'broken' = 'before'
  // Where the element has begun, how deep in it the scanner is, and whether in a string and behind a backslash.
  let begun = line
  let depth = 0
  let inString = false
  let escaped = false
  let elements = 0

  function broken (problem: string): InputPiece {
    state = 'broken'
    return { kind: 'broken', line, problem }
  }

  /** Scans an element from `at` on; the place of what ends it, or the end of the chunk. */
  function scanElement (chunk: Buffer, at: number): number {
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte === newline) line++
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
      } else if (byte === quote) {
        inString = true
      } else if (byte === openBrace || byte === openBracket) {
        depth++
      } else if (depth === 0 && (byte === comma || byte === closeBracket || byte === closeBrace)) {
        return at
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--
      }
    }
    return at
  }

  return {
    * push (chunk) {
      for (let at = 0; at < chunk.length;) {
        if (state === 'broken') return
        if (state === 'element') {
          const end = scanElement(chunk, at)
          piece.add(chunk.subarray(at, end))
          if (end === chunk.length) return
          at = end + 1
          elements++
          state = chunk[end] === comma ? 'between' : 'after'
          yield chunk[end] === closeBrace ? broken('something closes what was not opened') : piece.take(begun)
          continue
        }
        const byte = chunk[at] as number
        if (isBlank(byte)) {
          if (byte === newline) line++
          at++
        } else if (state === 'before') {
          state = 'between'
          at++
        } else if (state === 'after') {
          yield broken('something follows the array')
        } else if (byte === closeBracket && elements === 0) {
          state = 'after'
          at++
        } else if (byte === comma || byte === closeBracket) {
          yield broken('an element of the array is missing')
        } else {
          state = 'element'
          begun = line
          depth = 0
        }
      }
    },
    * end () {
      if (state === 'element') line = begun
      if (state !== 'after' && state !== 'broken') yield broken(state === 'element' ? 'an element of the array has no end' : 'the array has no end')
    }
  }
}
