import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../contenders/', import.meta.url))

/** Installs the contenders that are packages of their own, once; returns what went wrong, if anything did. */
export function installContenders () {
  if (existsSync(`${directory}node_modules`)) return undefined
  console.error('Installing the other contenders …')
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', directory], { stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    return `npm ci failed: ${String(error.stderr ?? error.message).trim().split('\n').at(-1)}`
  }
}
