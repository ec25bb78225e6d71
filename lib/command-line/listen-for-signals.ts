import { constants } from 'node:os'
import type { Terminal } from './terminal.ts'

/** The signals that ask a command to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM'

/** What was heard of signals. */
export interface Signals {
  /** The first one; undefined before. */
  readonly heard: () => EndSignal | undefined
  /** Resolves with the first one. */
  readonly first: Promise<EndSignal>
  /** Leaves signals to others again. */
  readonly stop: () => void
}

const endSignals = ['SIGINT', 'SIGTERM'] as const

/** Listens for the first signal alone: whatever the system does with a signal, it does with the second. */
export function listenForSignals (signals: Terminal['signals']): Signals {
  let heard: EndSignal | undefined
  let tell: (signal: EndSignal) => void
  const first = new Promise<EndSignal>((resolve) => { tell = resolve })
  const stop = (): void => {
    for (const signal of endSignals) signals.off(signal, hear)
  }
  const hear = (signal: EndSignal): void => {
    heard = signal
    stop()
    tell(signal)
  }
  for (const signal of endSignals) signals.on(signal, hear)
  return { heard: () => heard, first, stop }
}

/** The exit status of a command that a signal has ended, as shells have it. */
export function statusOfSignal (signal: EndSignal): number {
  return 128 + constants.signals[signal]
}
