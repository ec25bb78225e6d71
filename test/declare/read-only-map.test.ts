import t from 'tap'
import { readOnlyView } from '../../lib/declare/read-only-map.ts'

t.test('a view follows the changes of its map', async t => {
  const map = new Map([['a', 1]])
  const view = readOnlyView(map)
  map.set('b', 2)
  t.equal(view.size, 2)
  t.equal(view.get('b'), 2)
  t.equal(view.get('c'), undefined)
  t.equal(view.has('a'), true)
  t.equal(view.has('c'), false)
  t.strictSame([...view.keys()], ['a', 'b'])
  t.strictSame([...view.values()], [1, 2])
  t.strictSame([...view.entries()], [['a', 1], ['b', 2]])
  t.strictSame([...view], [['a', 1], ['b', 2]])
  const seen: unknown[] = []
  view.forEach(function (this: unknown, value, key, map) { seen.push([this, value, key, map === view]) }, 'self')
  t.strictSame(seen, [['self', 1, 'a', true], ['self', 2, 'b', true]])
})

t.test('a view has no means to change its map', async t => {
  const view = readOnlyView(new Map([['a', 1]]))
  for (const name of ['set', 'delete', 'clear']) t.notOk(name in view, name)
  t.ok(Object.isFrozen(view))
})
