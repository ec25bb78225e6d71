import fc from 'fast-check'
import t from 'tap'
import { RecordSlabs, positionOf, startOf } from '../../lib/stores/memory/record-slabs.ts'

const anySize = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9000 }), fc.constantFrom(8192, 8193, 20_000)).map((words) => words * 8)
/** Takes a place, or gives back one of those that are there. */
const anyStep = fc.oneof(fc.record({ size: anySize }), fc.record({ victim: fc.nat(1000) }))

t.test('no two places that are taken share a byte, and all are in their slab', async (t) => {
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
    const slabs = new RecordSlabs()
    const taken: Array<{ readonly place: number, readonly size: number, readonly mark: number }> = []
    const isMarked = ({ place, size, mark }: typeof taken[number]): boolean => slabs.at(place).bytes.subarray(positionOf(place), positionOf(place) + size).every((byte) => byte === mark)
    for (const [mark, step] of steps.entries()) {
      if ('size' in step) {
        const place = slabs.allocate(step.size)
        const { bytes } = slabs.at(place)
        const position = positionOf(place)
        if (position % 8 !== 0 || position + step.size > bytes.length) return false
        bytes.fill(mark & 0xff, position, position + step.size)
        taken.push({ place, size: step.size, mark: mark & 0xff })
      } else {
        const [gone] = taken.splice(step.victim % Math.max(taken.length, 1), 1)
        if (gone === undefined) continue
        if (!isMarked(gone)) return false
        slabs.free(gone.place, gone.size)
      }
    }
    return taken.every(isMarked)
  }), { numRuns: 50 })
  t.pass('no sequence of steps had them share any')
})

t.test('three views of a slab are of the same bytes', async (t) => {
  const { bytes, words, doubles } = new RecordSlabs().at(0)
  words[2] = 0x01020304
  doubles[2] = Infinity
  t.equal(bytes.readUInt32LE(8), 0x01020304)
  t.equal(bytes.readDoubleLE(16), Infinity)
})

t.test('where much was given back, the slab of which least is left should be emptied', async (t) => {
  const slabs = new RecordSlabs()
  const size = 4096
  const places = Array.from({ length: 1024 }, () => slabs.allocate(size))
  const [first] = places as [number]
  const inFirst = places.filter((place) => slabs.at(place) === slabs.at(first))
  const others = places.filter((place) => slabs.at(place) !== slabs.at(first))
  let wasted = 0
  const free = (some: readonly number[]): void => {
    for (const place of some) slabs.free(place, size)
    wasted += some.length * size
  }
  free(inFirst.slice(1))
  t.equal(slabs.wasteful, undefined, 'it is little')
  free(others.filter((_, index) => index % 4 === 0))
  t.ok(wasted > 1024 * 1024)
  t.equal(slabs.wasteful, undefined, 'less than half of what is left')
  free(others.filter((_, index) => index % 4 === 2))
  t.equal(slabs.slab(slabs.wasteful ?? -1), slabs.at(first))
  t.equal(startOf(slabs.wasteful ?? -1), first)
  free([first])
  t.not(slabs.wasteful, undefined)
  t.not(startOf(slabs.wasteful ?? -1), first, 'it is empty, and another one has the least')
})

t.test('a slab that is empty is used again', async (t) => {
  const slabs = new RecordSlabs()
  const seen = new Set<object>()
  for (let turn = 0; turn < 1000; turn++) {
    const place = slabs.allocate(32 * 1024)
    seen.add(slabs.at(place))
    slabs.free(place, 32 * 1024)
  }
  t.equal(seen.size, 1)
  for (let turn = 0; turn < 20; turn++) {
    const places = Array.from({ length: 100 }, () => slabs.allocate(32 * 1024))
    for (const place of places) {
      seen.add(slabs.at(place))
      slabs.free(place, 32 * 1024)
    }
  }
  t.ok(seen.size < 60, `${seen.size} slabs were made for 64 MB, of which 3 were there at a time`)
})
