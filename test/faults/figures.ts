import { appendFileSync } from 'node:fs'

/** What a scenario has counted and measured, by the name of the column. */
export type Figures = Readonly<Record<string, string | number>>

/** How long a scenario runs: seconds in `npm test`, or as many as FAULTS_SECONDS asks of the long form. */
export function secondsOf (short: number): number {
  return Number(process.env['FAULTS_SECONDS'] ?? short)
}

/** How often a scenario is repeated: in `npm test`, and in the long form. */
export function roundsOf (short: number, long: number): number {
  return process.env['FAULTS_SECONDS'] === undefined ? short : long
}

/** The seed of what happens at random; FAULTS_SEED repeats a run, as far as processes can be repeated. */
export function seedOf (t: Commenter): number {
  const seed = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  t.comment(`FAULTS_SEED=${seed}`)
  return seed
}

interface Commenter {
  readonly comment: (text: string) => void
}

/** Tells the figures of a scenario, and adds them to the file FAULTS_REPORT for the long form. */
export function report (t: Commenter, scenario: string, figures: Figures): void {
  t.comment(`${scenario}: ${Object.entries(figures).map(([name, value]) => `${name} ${value}`).join(', ')}`)
  const file = process.env['FAULTS_REPORT']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ scenario, figures })}\n`)
}
