import { EventEmitter } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { runCommandLine } from '../../lib/command-line/run.ts'

/** How a command line ended. */
export interface Ended {
  readonly status: number
  readonly output: string
  readonly errors: string
}

/** What a command line runs with. */
export interface Surroundings {
  readonly input?: Iterable<string | Buffer> | Readable
  readonly isTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly signals?: EventEmitter
}

/** A stream that keeps what is written to it. */
export function keepText (members: object = {}): { readonly stream: PassThrough, readonly text: () => string } {
  const stream = Object.assign(new PassThrough(), members)
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => { text += part })
  return { stream, text: () => text }
}

/** Runs a command line in this process. */
export async function runLine (args: readonly string[], { input = [], isTerminal = false, env = {}, signals = new EventEmitter() }: Surroundings = {}): Promise<Ended> {
  const [output, errors] = [keepText(), keepText(isTerminal ? { isTTY: true, columns: 100 } : {})]
  const stdin = input instanceof Readable ? input : Readable.from([...input].map((part) => Buffer.from(part)), { objectMode: false })
  const status = await runCommandLine(args, { stdin, stdout: output.stream, stderr: errors.stream, env, signals })
  await new Promise((resolve) => setImmediate(resolve))
  return { status, output: output.text(), errors: errors.text() }
}
