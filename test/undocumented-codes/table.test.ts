import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { rowNames } from './row-names.ts'

/** How many rows the page has by the number of the section; those of section 7 are the rules of test/lint. */
const counts: Readonly<Record<number, number>> = { 2: 24, 3: 15, 4: 20, 5: 20, 6: 9, 8: 19 }

t.test('every row of the page is in the table', async (t) => {
  const found: Record<number, number> = {}
  for (const [section, { length }] of Object.entries(rowNames)) found[Number.parseInt(section)] = (found[Number.parseInt(section)] ?? 0) + length
  t.strictSame(found, counts)
  const all = Object.values(rowNames).flat()
  t.equal(new Set(all).size, all.length, 'no row stands for two')
})

t.test('every section is run', async (t) => {
  const folder = new URL('.', import.meta.url)
  const texts = readdirSync(folder).filter((name) => name.endsWith('.test.ts')).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  for (const section of Object.keys(rowNames)) {
    const call = /^\d+$/.test(section) ? `runRows(${section}, [` : `runRows('${section}', [`
    t.equal(texts.filter((text) => text.includes(`\n${call}`)).length, 1, section)
  }
})

t.test('what no plugin can close is in the README', async (t) => {
  const [, section = ''] = /## What a plugin cannot close\n([\s\S]*?)\n## /.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? []
  for (const leak of ['`reply.raw`', '`reply.hijack()`', '`maxRequestsPerSocket`', 'CONNECT', '`maxConnections`', 'HTTP/2', 'unknown path', '`strictPreflight', '`reply.writeEarlyHints()`']) t.match(section, leak, leak)
})
