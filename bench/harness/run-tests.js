import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = new URL('../../', import.meta.url).pathname

/** Runs test files one after the other under an environment, shows what did not go well and the comments; returns the exit status. */
export async function runTests (files, env) {
  const tap = spawn(process.execPath, [
    join(root, 'node_modules/tap/dist/esm/run.mjs'), 'run', '--disable-coverage', '--reporter=tap', '--jobs=1', '--timeout=100000', ...files
  ], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const exited = once(tap, 'exit')
  for await (const line of createInterface({ input: tap.stdout })) if (!/^ *(?:ok |1\.\.|$)/.test(line)) console.log(line)
  const [status] = await exited
  return status ?? 1
}
