// One contender in a process of its own: `node server.js NAME SIZE COUNT`. It tells the process that has started it where it
// listens, and ends with it.
import { Session } from 'node:inspector/promises'
import { contenders } from './contenders.js'

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
    // As every server will have some time: a full collection while nothing is under way. V8 forgets the shapes of which there is
    // no object then, and what Node defers by `process.nextTick` takes a request two microseconds more from there on.
    case 'age':
      globalThis.gc()
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
