import { executionAsyncResource } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext, runInThisContext } from 'node:vm'
import t from 'tap'
import { keptTick } from '../lib/keep-tick-shape.ts'
import '../lib/index.ts'

setFlagsFromString('--expose-gc')
setFlagsFromString('--allow-natives-syntax')
const collect = runInNewContext('gc') as () => void
const haveSameShape = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (one: object, other: object) => boolean

t.test('whoever loads the plugin keeps the shape of what Node defers, however much is collected', async (t) => {
  for (let collection = 0; collection < 4; collection++) {
    await setImmediate()
    collect()
  }
  const kept = keptTick() ?? {}
  const tick = await new Promise<object>((resolve) => process.nextTick(() => resolve(executionAsyncResource())))
  t.match(kept, { callback: Function })
  t.not(kept, tick)
  t.equal(haveSameShape(kept, tick), true)
  t.equal(haveSameShape({ callback: undefined, args: undefined }, tick), false)
})
