import t from 'tap'
import { remember } from '../lib/remember.ts'

t.test('a text that was read is not read again', async (t) => {
  let reads = 0
  const read = remember((text) => { reads++; return { text } })
  const first = read('a')
  t.equal(read('a'), first)
  t.equal(reads, 1)
  t.strictSame(read('b'), { text: 'b' })
  t.equal(reads, 2)
})

t.test('nothing is a result too', async (t) => {
  let reads = 0
  const read = remember(() => { reads++; return undefined })
  t.equal(read('a'), undefined)
  t.equal(read('a'), undefined)
  t.equal(reads, 1)
})

t.test('what strangers send does not fill the memory: neither long texts nor many are kept', async (t) => {
  let reads = 0
  const read = remember((text) => { reads++; return text.length })
  const long = 'x'.repeat(1001)
  t.equal(read(long) + read(long), 2002)
  t.equal(reads, 2)
  for (let number = 0; number < 500; number++) read(String(number))
  read('0')
  t.equal(reads, 502)
  read('500')
  read('1')
  t.equal(reads, 504, 'the one that was not used longest is read anew')
})

t.test('what cannot be read is thrown each time', async (t) => {
  const failure = new Error('unreadable')
  const read = remember(() => { throw failure })
  t.throws(() => read('a'), failure)
  t.throws(() => read('a'), failure)
})
