import { isUtf8 } from 'node:buffer'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { findJsonFault } from './json-fault.ts'
import { isBlank, splitArray } from './split-array.ts'
import { splitLines } from './split-input.ts'
import type { InputPiece, InputSplitter } from './split-input.ts'

/** The longest document that is taken, in bytes. */
export const longestDocument: number = 16 * 1024 * 1024

/** What stands in one place of the input; `line` is that in which it begins, from 1. */
export type InputRecord =
  | { readonly kind: 'document', readonly line: number, readonly content: JsonObject, readonly bytes: number }
  /** No document; what follows can be read. */
  | { readonly kind: 'refused', readonly line: number, readonly reason: string }
  /** The array is no JSON from here on; this is the last record. */
  | { readonly kind: 'broken', readonly line: number, readonly reason: string }

const byteOrderMark = Buffer.from('\ufeff')
const openBracket = 0x5b

/**
 * Reads documents while they come: JSON objects in lines of their own, or in one JSON array, told by the first
 * character. Never more than a document and a chunk is held.
 *
 * @param chunks the bytes of the input
 * @param limit the longest document, in bytes
 */
export async function * readDocuments (chunks: AsyncIterable<Buffer>, limit: number = longestDocument): AsyncGenerator<InputRecord, void> {
  let splitter: InputSplitter | undefined
  let isArray = false
  let line = 1
  let head = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let rest = chunk
    if (splitter === undefined) {
      head = Buffer.concat([head, chunk])
      if (head.length < byteOrderMark.length && byteOrderMark.subarray(0, head.length).equals(head)) continue
      const start = skipBlank(head)
      line += start.lines
      rest = head.subarray(start.at)
      head = Buffer.alloc(0)
      if (rest.length === 0) continue
      isArray = rest[0] === openBracket
      splitter = isArray ? splitArray(limit, line) : splitLines(limit, line)
    }
    for (const record of toRecords(splitter.push(rest), isArray, limit)) {
      yield record
      if (record.kind === 'broken') return
    }
  }
  // A part of a byte order mark is all that there was.
  if (head.length > 0) yield { kind: 'refused', line, reason: 'is not UTF-8' }
  if (splitter !== undefined) yield * toRecords(splitter.end(), isArray, limit)
}

function skipBlank (bytes: Buffer): { readonly at: number, readonly lines: number } {
  let at = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0
  let lines = 0
  for (; at < bytes.length && isBlank(bytes[at] as number); at++) if (bytes[at] === 0x0a) lines++
  return { at, lines }
}

function * toRecords (pieces: Iterable<InputPiece>, isArray: boolean, limit: number): Generator<InputRecord, void> {
  for (const piece of pieces) {
    if (piece.kind === 'too-long') yield { kind: 'refused', line: piece.line, reason: `is longer than ${limit} bytes` }
    else if (piece.kind === 'broken') yield { kind: 'broken', line: piece.line, reason: piece.problem }
    else if (!piece.bytes.every(isBlank)) yield toRecord(piece.line, piece.bytes, isArray)
  }
}

function toRecord (line: number, bytes: Buffer, isArray: boolean): InputRecord {
  if (!isUtf8(bytes)) return { kind: 'refused', line, reason: 'is not UTF-8' }
  const text = bytes.toString()
  try {
    const content: unknown = JSON.parse(text)
    return isJsonObject(content) ? { kind: 'document', line, content, bytes: bytes.length } : { kind: 'refused', line, reason: 'is no JSON object' }
  } catch {
    const fault = findJsonFault(text)
    if (!isArray) return { kind: 'refused', line, reason: `is no JSON: column ${fault.column}` }
    // Where an element ends cannot be known.
    return { kind: 'broken', line: line + fault.line - 1, reason: 'the array is no JSON from here on' }
  }
}
