import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

// Hundreds of test processes load the same files: only the first one to see a text loads the compiler and strips it.
const stripped = new URL('../.tap/stripped-types/', import.meta.url)

async function strip (url) {
  const typed = await readFile(new URL(url), 'utf8')
  const kept = new URL(`${createHash('sha256').update(typed).digest('hex')}.js`, stripped)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    const { default: blankTypes } = await import('ts-blank-space')
    const source = blankTypes(typed, (node) => { throw new SyntaxError(`${fileURLToPath(url)}: ${typed.slice(node.pos, node.end).trim()} cannot be erased`) })
    const part = new URL(`${process.pid}-${Math.random()}`, stripped)
    mkdirSync(stripped, { recursive: true })
    writeFileSync(part, source)
    renameSync(part, kept)
    return source
  }
}

/** Loads a TypeScript file without its types; the hooks below see the text, and list the file for coverage. */
export async function load (url, context, nextLoad) {
  if (!url.endsWith('.ts') || url.includes('/node_modules/')) return nextLoad(url, context)
  return nextLoad(url, { ...context, format: 'module', source: await strip(url) })
}
