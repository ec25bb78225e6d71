import type { Writable } from 'node:stream'
import type { LoadOutcome } from './load-document.ts'
import { print } from './terminal.ts'

/** What an import has done so far. */
export interface Tally {
  readonly add: (line: number, outcome: LoadOutcome) => void
  /** How many documents ended in one way, or in any. */
  readonly count: (kind?: LoadOutcome['kind']) => number
  /** Prints the counts, and on `errors` why documents were refused: the first of them by line. */
  readonly print: (output: Writable, errors: Writable, milliseconds: number) => void
}

// More are only counted: a file may hold nothing else.
const mostRefusals = 20
const kinds = ['created', 'replaced', 'skipped', 'refused'] as const

/** Counts what becomes of documents. */
export function createTally (): Tally {
  const counts = { created: 0, replaced: 0, skipped: 0, refused: 0 }
  const refusals: string[] = []
  const total = (): number => kinds.reduce((sum, kind) => sum + counts[kind], 0)
  return {
    add (line, outcome) {
      counts[outcome.kind]++
      if (outcome.kind === 'refused' && refusals.length < mostRefusals) refusals.push(`line ${line}: ${outcome.reason}`)
    },
    count: (kind) => kind === undefined ? total() : counts[kind],
    print (output, errors, milliseconds) {
      for (const refusal of refusals) print(errors, refusal)
      if (counts.refused > refusals.length) print(errors, `… and ${counts.refused - refusals.length} more were refused`)
      const rate = Math.round(total() / Math.max(milliseconds, 1) * 1000)
      print(output, `${kinds.map((kind) => `${kind}: ${counts[kind]}`).join(', ')} (${(milliseconds / 1000).toFixed(1)} s, ${rate} a second)`)
    }
  }
}
