import { describeConditions } from '../harness/conditions.js'
import { markdownTable, readable } from '../harness/markdown.js'
import { dimensions } from './requests.js'

/** The tables in Markdown, those that there are. */
export function report ({ conditions, rounds, seconds, requests, startUp, documentMemory }) {
  return [
    `Measured on ${conditions.date}: ${describeConditions(conditions)}; memory store, ${rounds} rounds of ${seconds} s, medians.\n`,
    ...Object.entries(requests).map(([name, rows]) => section(`Requests against ${name}`, markdownTable(
      ['work', name, 'requests a second', `÷ at ${readable(dimensions[name].base)}`, 'CPU µs a request', 'p50 ms', 'p99 ms'],
      rows.map(({ work, value, perSecond, ratio, cpu, p50, p99 }) => [work, value, ...[perSecond, ratio, cpu].map(readable), p50, p99])
    ))),
    ...startUp === undefined
      ? []
      : [section('Start-up', markdownTable(
          ['resources', 'ms until ready', 'of processor time', 'kB of memory for each'],
          startUp.map(({ resources, milliseconds, cpuMilliseconds, bytes }) => [resources, ...[milliseconds, cpuMilliseconds, bytes / 1000].map(readable)]), 0
        ))],
    ...documentMemory === undefined
      ? []
      : [section('Memory of documents', markdownTable(
          ['bytes of JSON', 'bytes stored', '÷ JSON', 'bytes once read', '÷ JSON'],
          documentMemory.map(({ json, stored, read }) => [json, stored, stored / json, read, read / json].map(readable)), 0
        ))]
  ].join('\n')
}

function section (title, table) {
  return `**${title}**\n\n${table}\n`
}
