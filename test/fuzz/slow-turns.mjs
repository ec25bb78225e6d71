// Which requests were at work while the event loop was blocked: their transaction ids.
import { handle } from '../hostile/measure.mjs'

const limit = 100
const recent = []
const suspects = new Set()
let last = { time: performance.now(), cpu: process.cpuUsage() }

/** Notes the requests of an application, the last hundred, and keeps those before a slow turn. */
export function noteRequests (app) {
  app.addHook('onRequest', (request, reply, done) => {
    recent.push(request.headers['x-forgerock-transactionid'])
    if (recent.length > 100) recent.shift()
    done()
  })
  setInterval(() => {
    const time = performance.now()
    const { user, system } = process.cpuUsage(last.cpu)
    if (Math.min(time - last.time - 20, (user + system) / 1000) > limit) for (const id of recent) suspects.add(id)
    last = { time, cpu: process.cpuUsage() }
  }, 20).unref()
  handle('suspects', () => {
    const found = [...suspects].filter((id) => id !== undefined)
    suspects.clear()
    last = { time: performance.now(), cpu: process.cpuUsage() }
    return found
  })
}
