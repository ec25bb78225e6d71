import t from 'tap'
import { KeptCharacters } from '../../lib/stores/memory/kept-characters.ts'

t.test('what was kept first is forgotten first where there is no room for all', async (t) => {
  const forgotten: string[] = []
  const contents = new KeptCharacters<string>((holder) => { forgotten.push(holder) }, 10)
  contents.keep('a', 4)
  contents.keep('b', 4)
  t.strictSame(forgotten, [])
  t.ok(contents.hasRoom(2))
  t.notOk(contents.hasRoom(3))
  contents.keep('c', 4)
  t.strictSame(forgotten, ['a'])
  contents.keep('d', 10)
  t.strictSame(forgotten, ['a', 'b', 'c'])
})

t.test('the newest stays, however long it is', async (t) => {
  const forgotten: string[] = []
  const contents = new KeptCharacters<string>((holder) => { forgotten.push(holder) }, 10)
  contents.keep('long', 100)
  t.strictSame(forgotten, [])
  contents.keep('a', 1)
  t.strictSame(forgotten, ['long'])
})

t.test('each is forgotten once, in order, however many there are', async (t) => {
  const forgotten: number[] = []
  const contents = new KeptCharacters<number>((holder) => { forgotten.push(holder) }, 100)
  for (let number = 0; number < 10_000; number++) contents.keep(number, 1)
  t.strictSame(forgotten, Array.from({ length: 9900 }, (_, number) => number))
})

t.test('what is dropped makes room, once, and is not forgotten again', async (t) => {
  const forgotten: string[] = []
  const contents = new KeptCharacters<string>((holder) => { forgotten.push(holder) }, 10)
  const a = contents.keep('a', 4)
  contents.keep('b', 6)
  contents.drop(a)
  contents.drop(a)
  t.ok(contents.hasRoom(4))
  t.notOk(contents.hasRoom(5))
  contents.keep('c', 6)
  t.strictSame(forgotten, ['b'])
  t.equal(a.holder, undefined)
})

t.test('those that stay are forgotten in order, whatever was dropped between them', async (t) => {
  const forgotten: number[] = []
  const contents = new KeptCharacters<number>((holder) => { forgotten.push(holder) }, 100)
  for (let number = 0; number < 10_000; number++) {
    const kept = contents.keep(number, 1)
    if (number % 3 !== 0) contents.drop(kept)
  }
  t.strictSame(forgotten, Array.from({ length: 3334 - 100 }, (_, index) => index * 3))
})
