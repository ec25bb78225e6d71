import { print } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/** How far a command has come. */
export interface Done {
  readonly bytes: number
  readonly documents: number
}

/** Shows how far a command has come. */
export interface Progress {
  readonly update: (done: Done) => void
  /** Leaves what was shown last. */
  readonly stop: () => void
}

/** How often a line is printed where there is no terminal, in milliseconds. */
const lineInterval = 3000

/**
 * Shows progress on standard error: a bar on a terminal, and lines every few seconds elsewhere.
 *
 * @param total how many bytes there are; undefined where nobody knows
 * @param now a clock, in milliseconds
 */
export async function showProgress ({ stderr, env }: Pick<Terminal, 'stderr' | 'env'>, total: number | undefined, now: () => number = () => performance.now()): Promise<Progress> {
  return stderr.isTTY === true && env['TERM'] !== 'dumb' ? showBar(stderr, total, now) : printLines(stderr, total, now)
}

async function showBar (stream: Terminal['stderr'], total: number | undefined, now: () => number): Promise<Progress> {
  const { default: { SingleBar } } = await import('cli-progress')
  const counts = '{documents} documents | {rate} a second'
  const begun = now()
  const bar = new SingleBar({
    stream,
    format: total === undefined ? `${counts} | {duration_formatted}` : `{bar} {percentage} % | ${counts} | {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    etaBuffer: 100,
    // An import that is interrupted stops the bar itself.
    gracefulExit: false
  })
  bar.start(total ?? 0, 0, { documents: 0, rate: '–' })
  return {
    update: ({ bytes, documents }) => bar.update(bytes, { documents, rate: perSecond(documents, now() - begun) }),
    stop: () => bar.stop()
  }
}

function printLines (stream: Terminal['stderr'], total: number | undefined, now: () => number): Progress {
  const begun = now()
  let printed = begun
  return {
    update (done) {
      if (now() - printed < lineInterval) return
      printed = now()
      print(stream, progressLine(done, total, printed - begun))
    },
    stop () {}
  }
}

/**
 * How far a command has come, in words.
 *
 * @param elapsed milliseconds since it has begun
 */
export function progressLine ({ bytes, documents }: Done, total: number | undefined, elapsed: number): string {
  const counts = `${documents} documents, ${perSecond(documents, elapsed)} a second`
  if (total === undefined || bytes === 0) return counts
  const left = Math.max(0, total - bytes) / bytes * elapsed
  return `${counts}, ${Math.min(100, Math.floor(bytes / total * 100))} % of ${(total / 1e6).toFixed(1)} MB, ${Math.ceil(left / 1000)} s left`
}

function perSecond (documents: number, elapsed: number): number {
  return Math.round(documents / Math.max(1, elapsed) * 1000)
}
