// What a server process tells its test over IPC: heap after garbage collection, file descriptors, and how long the event loop
// was kept by computing. `handle(name, answer)` adds what else it can be asked.
import { readdirSync } from 'node:fs'

const beat = 20
const answers = {
  measure: () => {
    globalThis.gc()
    const { heapUsed, rss, external } = process.memoryUsage()
    return { heap: heapUsed, external, rss, descriptors: countDescriptors(), block: takeBlock() }
  }
}
let blocked = { milliseconds: 0, since: 0 }
let last = { time: performance.now(), cpu: process.cpuUsage() }

setInterval(() => {
  const time = performance.now()
  const cpu = process.cpuUsage()
  const used = (cpu.user - last.cpu.user + cpu.system - last.cpu.system) / 1000
  // On a machine that is busy elsewhere a turn may begin late: what this process did not compute is not its own.
  const milliseconds = Math.min(time - last.time - beat, used)
  if (milliseconds > blocked.milliseconds) blocked = { milliseconds, since: last.time }
  last = { time, cpu }
}, beat).unref()

process.on('message', async ({ ask, n, argument }) => {
  try {
    process.send({ n, answer: await answers[ask](argument) })
  } catch (error) {
    process.send({ n, failure: String(error?.stack ?? error) })
  }
})
// The test process has ended, by whatever cause.
process.on('disconnect', () => process.exit())

/** Adds a question. */
export function handle (name, answer) {
  answers[name] = answer
}

/** The longest turn since the last question, in milliseconds. */
function takeBlock () {
  const { milliseconds } = blocked
  blocked = { milliseconds: 0, since: 0 }
  last = { time: performance.now(), cpu: process.cpuUsage() }
  return milliseconds
}

function countDescriptors () {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Only Linux shows them.
    return 0
  }
}
