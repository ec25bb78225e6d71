import t from 'tap'
import { halfSipHash, idHash } from '../../lib/stores/memory/id-hash.ts'

/** The keyed hash of Linux (lib/test_siphash.c, `test_vectors_hsiphash` for 32 bits): of no, two, four … bytes, which count from 0, with the key 0 to 7. */
const vectors: ReadonlyArray<readonly [string, number]> = [
  ['', 0x5814c896],
  ['\u0100', 0xbc4b0e30],
  ['\u0100\u0302', 0x7e059ea6]
]

t.test('the hash is HalfSipHash-1-3', async (t) => {
  for (const [text, expected] of vectors) t.equal(halfSipHash(text, 0x03020100, 0x07060504).toString(16), expected.toString(16), `${text.length * 2} bytes`)
})

t.test('ids that differ in little fall far apart, with each key elsewhere', async (t) => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `city-${n}`)
  const places = (key: number): number => new Set(ids.map((id) => halfSipHash(id, key, ~key) & 0xffff)).size
  // So many of 65,536 places are taken by 10,000 that fall at random: 9,274, with a deviation of 24.
  for (const key of [0, 1, -1, 0x12345678]) t.ok(Math.abs(places(key) - 9274) < 150, `${places(key)}`)
  t.not(halfSipHash('a', 1, 2), halfSipHash('a', 1, 3))
  t.not(halfSipHash('a', 1, 2), halfSipHash('a', 2, 2))
  t.equal(idHash('a'), idHash('a'))
  t.not(idHash('a'), idHash('b'))
})
