import { describeConditions } from '../harness/conditions.js'
import { markdownTable, readable } from '../harness/markdown.js'
import { contenders } from './contenders.js'

// So busy is a server that never waits, as far as its processor time tells. Below it the load, or a disk, could not go faster.
const limit = 0.9

/** The tables in Markdown. */
export function report ({ conditions, rounds, seconds, missing, failures, rows }) {
  const names = Object.keys(contenders).filter((name) => rows.some((row) => name in row.contenders))
  const others = names.filter((name) => name !== 'plugin')
  const table = (title, shown, cell) => `**${title}**\n\n${markdownTable(
    ['work', 'bytes', 'connections', ...shown], rows.map((row) => [row.work, row.size, row.connections, ...shown.map((name) => cell(row.contenders[name] ?? {}, row))]), 1
  )}\n`
  return [
    `Measured on ${conditions.date}: ${describeConditions(conditions)}; ${rounds} rounds of ${seconds} s, medians.\n`,
    ...Object.entries(missing).map(([name, reason]) => `Not measured: ${name} (${reason.replaceAll('\n', ' ')}).\n`),
    ...failures.map((failure) => `Failed: ${failure}.\n`),
    table('Throughput of the plugin ÷ that of …', others, ({ ratio }) => readable(ratio)),
    table('Processor time of … ÷ that of the plugin, of the server, for a request', others, ({ cpuRatio }) => readable(cpuRatio)),
    table('Requests a second (≥ where the server had time to spare)', names, ({ perSecond, busyServer }) => perSecond === undefined ? '' : `${busyServer < limit ? '≥ ' : ''}${readable(perSecond)}`),
    table('Microseconds of processor time, of the server, for a request', names, ({ cpu }) => readable(cpu))
  ].join('\n')
}
