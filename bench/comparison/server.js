// One contender in a process of its own: `node server.js NAME SIZE COUNT`. It tells the process that has started it where it
// listens, and ends with it.
import { Session } from 'node:inspector/promises'
import { setImmediate } from 'node:timers/promises'
import { contenders } from './contenders.js'

// A shape of which there is no object is forgotten in the third full collection: V8 keeps it for two (`--retain-maps-for-n-gc`).
// Those of what Node defers by `process.nextTick` are made slowly from there on, as in every server some time.
const collections = 4
const [name, size, count] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
process.env.NODE_ENV = 'production'
const session = new Session()
const server = await open()
process.on('message', answer)

async function open () {
  try {
    const { start } = await import(contenders[name].module)
    const started = await start({ size: Number(size), count: Number(count) })
    // Where nobody listens any more, `disconnect` ends this process.
    process.send({ origin: await started.listen(0) }, () => {})
    return started
  } catch (error) {
    process.send({ error: error.message }, () => process.exit(1))
  }
}

async function answer (question) {
  switch (question) {
    case 'cpu': return process.send({ cpu: process.cpuUsage() })
    case 'age':
      for (let collection = 0; collection < collections; collection++) {
        // A message comes by `process.nextTick`, and as long as it is answered there is one of those objects.
        await setImmediate()
        globalThis.gc()
      }
      return process.send({ done: question })
    case 'profile':
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.start')
      return process.send({ done: question })
    case 'profiled':
      return process.send(await session.post('Profiler.stop'))
    case 'enable':
    case 'disable':
      await server[question]()
      return process.send({ done: question })
  }
  await server.close()
  process.disconnect()
}
