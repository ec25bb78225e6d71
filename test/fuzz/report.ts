import { appendFileSync } from 'node:fs'
import type { FuzzResult } from './run.ts'

/** Tells the figures of a run, and adds them to the file FUZZ_REPORT for the long form. */
export function reportFuzz (t: { readonly comment: (text: string) => void }, { name, seconds, growth, result }: { readonly name: string, readonly seconds: number, readonly growth: number, readonly result: FuzzResult }): void {
  const { seed, requests, raw, codes, failureCount, block, measures } = result
  const line = [
    `${name}, SEED=${seed}: ${requests} requests (${raw} mutated as bytes), ${Math.round(requests / seconds)} a second`,
    `failures ${failureCount}`,
    `heap ${((measures.at(-1)?.heap ?? 0) / 1024 / 1024).toFixed(1)} MB at the end, fitted growth ${(growth / 1024 / 1024).toFixed(2)} MB`,
    `longest turn ${Math.round(block)} ms`,
    `codes: ${[...codes].sort(([a], [b]) => a - b).map(([code, count]) => `${code} × ${count}`).join(', ')}`
  ].join('; ')
  t.comment(line)
  const file = process.env['FUZZ_REPORT']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}
