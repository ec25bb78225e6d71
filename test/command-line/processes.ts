import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../dist/command-line.js', import.meta.url))

/** A command that runs in a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams
  readonly output: () => string
  readonly errors: () => string
  /** Resolves when its standard output matches; rejects if it ends before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>
  /** How it has ended. */
  readonly ended: Promise<{ readonly status: number | null, readonly signal: string | null }>
}

/** Starts the built command; it does not outlive the test. */
export function startCommand (owner: { readonly teardown: (end: () => void) => unknown }, args: readonly string[], { cwd, flags = [] }: { readonly cwd?: string, readonly flags?: readonly string[] } = {}): RunningCommand {
  const child = spawn(process.execPath, [...flags, script, ...args], { env: { PATH: process.env['PATH'] }, stdio: 'pipe', ...(cwd === undefined ? {} : { cwd }) })
  owner.teardown(() => { child.kill('SIGKILL') })
  let [output, errors] = ['', '']
  child.stdout.on('data', (text) => { output += String(text) })
  child.stderr.on('data', (text) => { errors += String(text) })
  // It may end without reading all.
  child.stdin.on('error', () => {})
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal }))
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended,
    says: (pattern) => new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(output)
        if (found !== null) resolve(found)
      }
      look()
      child.stdout.on('data', look)
      ended.then(() => reject(new Error(`it ended: ${output}${errors}`)), reject)
    })
  }
}

/** Runs the built command to its end, with this input. */
export async function runCommand (owner: { readonly teardown: (end: () => void) => unknown }, args: readonly string[], input: string = ''): Promise<{ readonly status: number | null, readonly output: string, readonly errors: string }> {
  const command = startCommand(owner, args)
  command.child.stdin.end(input)
  const { status } = await command.ended
  return { status, output: command.output(), errors: command.errors() }
}
