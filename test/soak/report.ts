import { appendFileSync } from 'node:fs'
import type { Measure } from '../hostile/server-process.ts'
import type { Record } from './load.ts'
import { operations } from './operations.ts'

/** What a soak has seen. */
export interface Soak {
  readonly name: string
  readonly seed: number
  readonly seconds: number
  readonly measures: ReadonlyArray<Measure & { readonly at: number }>
  readonly growth: { readonly heap: number, readonly external: number, readonly descriptors: number, readonly rss: number }
  readonly record: Record
}

const megabytes = (bytes: number | undefined): string => `${((bytes ?? 0) / 1024 / 1024).toFixed(1)} MB`
const milliseconds = (microseconds: number): string => (microseconds / 1000).toFixed(2)

/** Tells the figures as comments, and adds them as tables to the file SOAK_REPORT of the long form. */
export function reportSoak (t: { readonly comment: (text: string) => void }, soak: Soak): void {
  t.comment(headOf(soak).join('\n'))
  const file = process.env['SOAK_REPORT']
  if (file !== undefined) appendFileSync(file, [...headOf(soak), '', ...tableOf(soak), ''].join('\n') + '\n')
}

function headOf ({ name, seed, seconds, measures, growth, record: { all, codes, unexpectedCount } }: Soak): string[] {
  const warm = measures[Math.floor(measures.length / 3)]
  const last = measures.at(-1)
  return [
    `${name}, ${seconds} s, SOAK_SEED=${seed}: ${all.count} requests, ${Math.round(all.count / seconds)} a second, unexpected answers ${unexpectedCount}`,
    `p50 ${milliseconds(all.percentile(50))} ms, p99 ${milliseconds(all.percentile(99))} ms, slowest ${milliseconds(all.max)} ms`,
    `heap ${megabytes(warm?.heap)} after the warm-up, ${megabytes(last?.heap)} at the end, fitted growth ${megabytes(growth.heap)}; outside it ${megabytes(warm?.external)}, ${megabytes(last?.external)}, ${megabytes(growth.external)}; RSS ${megabytes(warm?.rss)}, ${megabytes(last?.rss)}`,
    `file descriptors ${warm?.descriptors} after the warm-up, ${last?.descriptors} at the end, fitted growth ${growth.descriptors.toFixed(1)}`,
    `longest turn of the event loop ${Math.round(Math.max(...measures.map(({ block }) => block)))} ms`,
    `codes: ${[...codes].sort(([a], [b]) => a - b).map(([code, count]) => `${code} × ${count}`).join(', ')}`
  ]
}

function tableOf ({ record: { times } }: Soak): string[] {
  const rows = [...operations, 'no HTTP at all'].map((operation) => {
    const histogram = times.get(operation)
    return histogram === undefined
      ? `| ${operation} | 0 | | |`
      : `| ${operation} | ${histogram.count} | ${milliseconds(histogram.percentile(50))} | ${milliseconds(histogram.percentile(99))} |`
  })
  return ['| operation | requests | p50 ms | p99 ms |', '| --- | ---: | ---: | ---: |', ...rows]
}
