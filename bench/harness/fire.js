import autocannon from 'autocannon'
import { pins } from './contender.js'

/**
 * Lets connections repeat the requests that `requests` tells for each of them by its number, for some seconds. Returns how many
 * were answered in a second, the server's microseconds of processor time for each, latencies, and how busy the server has been:
 * clearly below 1 it was the load that could not do more. Throws where an answer has another status.
 */
export async function fire (server, { connections, seconds, status = 200, requests }) {
  let connection = 0
  const before = await server.cpu()
  const rest = stayAwake()
  const result = await autocannon({
    url: server.origin,
    connections,
    duration: seconds,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(requests(connection++))
  })
  rest()
  const cpu = await server.cpu() - before
  const { [status]: { count = 0 } = {}, ...unexpected } = result.statusCodeStats
  if (Object.keys(unexpected).length > 0 || result.errors > 0 || count === 0) {
    throw new Error(`${server.name}: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`)
  }
  return { perSecond: count / result.duration, cpu: cpu / count, p50: result.latency.p50, p99: result.latency.p99, busyServer: cpu / 1e6 / result.duration }
}

/**
 * Keeps the load from sleeping, where it has a core of its own. Whoever writes to a process that sleeps has to wake its core, which
 * takes microseconds in a virtual machine: the load of a slower server sleeps more, which makes that server slower still.
 */
function stayAwake () {
  if (!pins) return () => {}
  let turn = setImmediate(again)
  return () => clearImmediate(turn)

  function again () {
    turn = setImmediate(again)
  }
}
