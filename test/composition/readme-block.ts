import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The one block of JavaScript in a section of the README that has `text`, without its imports. */
export function readmeBlock (section: string, text: string): string {
  const [, body = ''] = readme.split(`\n## ${section}\n`)
  const blocks = [...(body.split(/^## /m)[0] ?? '').matchAll(/```js\n([^]*?)```/g)].map(([, block = '']) => block)
  const [block, ...others] = blocks.filter((block) => block.includes(text))
  if (block === undefined || others.length > 0) throw new Error(`${section} has ${others.length} blocks with ${text}`)
  return block.replace(/^import .*\n/gm, '')
}

/** Runs such a block, with what it would import. */
export async function runBlock (block: string, names: Readonly<Record<string, unknown>>): Promise<void> {
  const AsyncFunction = (async () => {}).constructor as new (...texts: string[]) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction(...Object.keys(names), block)(...Object.values(names))
}
