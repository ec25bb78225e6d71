import type { EventEmitter } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** What a command reads, writes and hears: those of the process, or a test's. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Writable
  /** Errors, progress and warnings; with `isTTY`, progress is a bar. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where SIGINT and SIGTERM are told. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>
}

/** Writes a line. */
export function print (stream: Writable, text: string): void {
  stream.write(`${text}\n`)
}
