import type { Slab } from './record-slabs.ts'

// A record: six numbers of 32 bits, one of 64 bits, then the characters of its id, its revision and its text.
const [numberAt, stampAt, sizeAt, idAt, revisionAt, textAt] = [0, 1, 2, 3, 4, 5] as const
const untilAt = 3
const headBytes = 32
/** The highest bit of the length of the revision: each character takes two bytes. */
const wide = 0x8000_0000

/** V8 knows without looking that a text which it keeps as one byte for each character has none of these. */
const wideCharacter = /[^\0-\xff]/

/** Whether the characters of a record take two bytes each. */
export function isWide (id: string, text: string): boolean {
  return wideCharacter.test(text) || wideCharacter.test(id)
}

/** The bytes that a record of so many characters takes, a multiple of eight. */
export function bytesFor (characters: number, isWide: boolean): number {
  return (headBytes + (isWide ? characters * 2 : characters) + 7) & ~7
}

/** What the head of a record says beside the lengths of its parts. */
export interface RecordHead {
  readonly number: number
  readonly stamp: number
  /** In bytes, as {@link bytesFor} says. */
  readonly size: number
  readonly isWide: boolean
  readonly until: number
}

/** Writes a record at a position of a slab. A tombstone has an empty text. */
export function writeRecord ({ bytes, words, doubles }: Slab, position: number, { number, stamp, size, isWide, until }: RecordHead, id: string, revision: string, text: string): void {
  const word = position >> 2
  words[word + numberAt] = number
  words[word + stampAt] = stamp
  words[word + sizeAt] = size
  words[word + idAt] = id.length
  words[word + revisionAt] = isWide ? revision.length | wide : revision.length
  words[word + textAt] = text.length
  doubles[(position >> 3) + untilAt] = until
  const start = position + headBytes
  if (isWide) {
    bytes.write(id + revision + text, start, 'utf16le')
  } else {
    bytes.write(id + revision, start, 'latin1')
    // By itself: to put a long text together with others is to copy it.
    bytes.write(text, start + id.length + revision.length, 'latin1')
  }
}

export function numberOf ({ words }: Slab, position: number): number {
  return words[(position >> 2) + numberAt] as number
}

export function stampOf ({ words }: Slab, position: number): number {
  return words[(position >> 2) + stampAt] as number
}

/** In bytes. */
export function sizeOf ({ words }: Slab, position: number): number {
  return words[(position >> 2) + sizeAt] as number
}

/** In characters; zero for a tombstone. */
export function textLengthOf ({ words }: Slab, position: number): number {
  return words[(position >> 2) + textAt] as number
}

export function untilOf ({ doubles }: Slab, position: number): number {
  return doubles[(position >> 3) + untilAt] as number
}

export function setUntil ({ doubles }: Slab, position: number, until: number): void {
  doubles[(position >> 3) + untilAt] = until
}

export function idOf (slab: Slab, position: number): string {
  return slice(slab, position, 0, idLengthOf(slab, position))
}

export function revisionOf (slab: Slab, position: number): string {
  return slice(slab, position, idLengthOf(slab, position), revisionLengthOf(slab, position))
}

/** The id, the revision and the text in one: to take them out together takes a third of the time. */
export function charactersOf (slab: Slab, position: number): string {
  return slice(slab, position, 0, idLengthOf(slab, position) + revisionLengthOf(slab, position) + textLengthOf(slab, position))
}

export function textOf (slab: Slab, position: number): string {
  return slice(slab, position, idLengthOf(slab, position) + revisionLengthOf(slab, position), textLengthOf(slab, position))
}

export function hasId (slab: Slab, position: number, id: string): boolean {
  return idLengthOf(slab, position) === id.length && hasCharacters(slab, position, 0, id)
}

export function hasRevision (slab: Slab, position: number, revision: string): boolean {
  return revisionLengthOf(slab, position) === revision.length && hasCharacters(slab, position, idLengthOf(slab, position), revision)
}

export function revisionLengthOf ({ words }: Slab, position: number): number {
  return (words[(position >> 2) + revisionAt] as number) & ~wide
}

export function idLengthOf ({ words }: Slab, position: number): number {
  return words[(position >> 2) + idAt] as number
}

function isWideAt ({ words }: Slab, position: number): boolean {
  return ((words[(position >> 2) + revisionAt] as number) & wide) !== 0
}

function slice (slab: Slab, position: number, from: number, length: number): string {
  const start = position + headBytes
  if (isWideAt(slab, position)) return slab.bytes.toString('utf16le', start + from * 2, start + (from + length) * 2)
  return slab.bytes.toString('latin1', start + from, start + from + length)
}

function hasCharacters (slab: Slab, position: number, from: number, text: string): boolean {
  if (isWideAt(slab, position)) return slice(slab, position, from, text.length) === text
  const { bytes } = slab
  const start = position + headBytes + from
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false
  }
  return true
}
