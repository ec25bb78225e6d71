import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import t from 'tap'
import type { Resource } from '../../lib/declare/resource.ts'
import { createDeadlines } from '../../lib/mount/deadlines.ts'
import type { Exchange } from '../../lib/mount/exchange.ts'

const resource = { limits: { requestTime: 60 } } as Resource
const reply = {} as FastifyReply

/** An exchange that notes when its time is over; `asked` runs just then. */
function exchange (name: string, over: string[], asked: () => void = () => {}): Exchange {
  const waiting = {
    wait: undefined,
    get ask (): undefined {
      over.push(name)
      asked()
      return undefined
    }
  }
  return waiting as unknown as Exchange
}

t.test('those whose time is over are told, once, and those that were answered are not', async (t) => {
  const deadlines = createDeadlines(resource)
  const over: string[] = []
  const [a, b, c] = ['a', 'b', 'c'].map((name) => exchange(name, over)) as [Exchange, Exchange, Exchange]
  for (const one of [a, b, c, a]) deadlines.watch(reply, one)
  deadlines.forget(a.wait ?? t.fail('is watched') as never)
  t.equal(a.wait, undefined)
  await wait(150)
  t.strictSame(over.sort(), ['b', 'c'])
  deadlines.watch(reply, a)
  await wait(150)
  t.strictSame(over, ['b', 'c', 'a'])
})

t.test('one that is answered because of another takes no other one with it', async (t) => {
  const deadlines = createDeadlines(resource)
  const over: string[] = []
  const second = exchange('second', over)
  const first = exchange('first', over, () => { if (second.wait !== undefined) deadlines.forget(second.wait) })
  const third = exchange('third', over)
  deadlines.watch(reply, first)
  deadlines.watch(reply, second)
  await wait(30)
  deadlines.watch(reply, third)
  await wait(200)
  t.strictSame(over, ['first', 'third'])
})
