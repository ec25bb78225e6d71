import { randomBytes } from 'node:crypto'

const key = randomBytes(8)
const [low, high] = [key.readInt32LE(0), key.readInt32LE(4)]

/**
 * A number of 32 bits for an id, another one in each process: whoever names ids cannot choose them so that many fall on the
 * same place.
 */
export function idHash (id: string): number {
  return halfSipHash(id, low, high)
}

/**
 * HalfSipHash-1-3 of a text as UTF-16LE (J.-P. Aumasson and D. J. Bernstein, SipHash, 2012; the variant for 32 bits that Linux
 * has for its tables): a keyed hash that stays unpredictable to who sees what it does.
 *
 * @returns an unsigned number of 32 bits
 */
export function halfSipHash (text: string, key0: number, key1: number): number {
  const { length } = text
  // What is below is written out: to call a function for each round takes twice as long.
  let v0 = key0 | 0
  let v1 = key1 | 0
  let v2 = 0x6c796765 ^ key0
  let v3 = 0x74656462 ^ key1
  const words = (length >> 1) + 1
  for (let word = 0; word < words + 3; word++) {
    let block = 0
    if (word < words - 1) block = text.charCodeAt(word * 2) | text.charCodeAt(word * 2 + 1) << 16
    // The last block holds what is left and how many bytes there were.
    else if (word === words - 1) block = (length & 1) === 0 ? length << 25 : length << 25 | text.charCodeAt(length - 1)
    else if (word === words) v2 ^= 0xff
    v3 ^= block
    v0 = v0 + v1 | 0
    v1 = (v1 << 5 | v1 >>> 27) ^ v0
    v0 = v0 << 16 | v0 >>> 16
    v2 = v2 + v3 | 0
    v3 = (v3 << 8 | v3 >>> 24) ^ v2
    v0 = v0 + v3 | 0
    v3 = (v3 << 7 | v3 >>> 25) ^ v0
    v2 = v2 + v1 | 0
    v1 = (v1 << 13 | v1 >>> 19) ^ v2
    v2 = v2 << 16 | v2 >>> 16
    v0 ^= block
  }
  return (v1 ^ v3) >>> 0
}
