import { mismatch, closeAll } from './exchange.ts'
import { mutate } from './base-requests.ts'
import { prng } from './prng.ts'
import { inject } from './request.ts'
const groups = new Map<string, string[]>()
const r = prng(77)
const at = Date.now()
for (let i = 0; i < 60000; i++) {
  const m = await mismatch(mutate(r, [0.95, 0.9, 0.8, 0.6][i % 4]!), { store: 'memory', send: inject })
  if (!m) continue
  const line = m.split('\n')[0]!.replace(/"[0-9a-f-]{30,}"/g, 'TAG')
  const g = groups.get(line) ?? []
  g.push(m); groups.set(line, g)
}
console.log(Date.now() - at)
for (const [k, v] of groups) { console.log(`#### ${v.length} × ${k}`); if (!/row 3|names application|HEAD/.test(k)) console.log(v[0]); console.log() }
await closeAll()
