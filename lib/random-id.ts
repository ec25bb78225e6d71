import { randomFillSync } from 'node:crypto'

/** Ids are made from so many random bytes at a time. */
const bytes = new Uint8Array(16 * 1024)
let used = bytes.length

/** The codes of the hexadecimal digits. */
const digits = new Uint8Array([...'0123456789abcdef'].map((digit) => digit.charCodeAt(0)))
const hyphen = 0x2d
/** 4 */
const version = 0x34

/**
 * A random UUID of version 4 (RFC 9562 section 5.4), as `crypto.randomUUID` makes. That one puts twenty strings together, which
 * is half a kilobyte of garbage; each request needs one for its transaction, and each write one for the revision.
 *
 * @example
 * randomId() // '5f0a1c2e-8d34-4b6f-9a7e-0c1d2e3f4a5b'
 */
export function randomId (): string {
  if (used === bytes.length) {
    randomFillSync(bytes)
    used = 0
  }
  const i = used
  used += 16
  return String.fromCharCode(
    high(i), low(i), high(i + 1), low(i + 1), high(i + 2), low(i + 2), high(i + 3), low(i + 3), hyphen,
    high(i + 4), low(i + 4), high(i + 5), low(i + 5), hyphen,
    version, low(i + 6), high(i + 7), low(i + 7), hyphen,
    variant(i + 8), low(i + 8), high(i + 9), low(i + 9), hyphen,
    high(i + 10), low(i + 10), high(i + 11), low(i + 11), high(i + 12), low(i + 12),
    high(i + 13), low(i + 13), high(i + 14), low(i + 14), high(i + 15), low(i + 15)
  )
}

function high (position: number): number {
  return digits[at(position) >> 4] as number
}

function low (position: number): number {
  return digits[at(position) & 0xf] as number
}

/** 8 to b: the highest bits are 10. */
function variant (position: number): number {
  return digits[at(position) >> 4 & 0x3 | 0x8] as number
}

function at (position: number): number {
  return bytes[position] as number
}
