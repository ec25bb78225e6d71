import autocannon from 'autocannon'

/**
 * Lets connections repeat the requests that `requests` tells for each of them by its number, for some seconds. Returns how many
 * were answered in a second, the server's microseconds of processor time for each, latencies, and how busy the load has been,
 * which is at its limits near 1. Throws where an answer has another status.
 */
export async function fire (server, { connections, seconds, status = 200, requests }) {
  let connection = 0
  const before = await server.cpu()
  const loadBefore = process.cpuUsage()
  const result = await autocannon({
    url: server.origin,
    connections,
    duration: seconds,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(requests(connection++))
  })
  const cpu = await server.cpu() - before
  const { user, system } = process.cpuUsage(loadBefore)
  const { [status]: { count = 0 } = {}, ...unexpected } = result.statusCodeStats
  if (Object.keys(unexpected).length > 0 || result.errors > 0 || count === 0) {
    throw new Error(`${server.name}: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`)
  }
  return { perSecond: count / result.duration, cpu: cpu / count, p50: result.latency.p50, p99: result.latency.p99, busyLoad: (user + system) / 1e6 / result.duration }
}
