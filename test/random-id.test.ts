import t from 'tap'
import { randomId } from '../lib/random-id.ts'

const many = Array.from({ length: 20_000 }, randomId)

t.test('ids are UUIDs of version 4 (RFC 9562 section 5.4)', async (t) => {
  t.strictSame(many.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)), [])
})

t.test('none comes twice', async (t) => {
  t.equal(new Set(many).size, many.length)
})

t.test('every digit that is free is any digit, about as often', async (t) => {
  for (let place = 0; place < 36; place++) {
    const counts = new Map<string, number>()
    for (const id of many) counts.set(id.charAt(place), (counts.get(id.charAt(place)) ?? 0) + 1)
    const expected = [8, 13, 18, 23].includes(place) ? 1 : place === 14 ? 1 : place === 19 ? 4 : 16
    t.equal(counts.size, expected, `place ${place}`)
    // 16 digits: 1250 each, with a standard deviation of 34; eight of those are never seen.
    const mean = many.length / expected
    t.ok([...counts.values()].every((count) => Math.abs(count - mean) < 8 * Math.sqrt(mean)), `place ${place}`)
  }
})
