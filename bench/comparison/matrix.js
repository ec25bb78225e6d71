import { contenders } from './contenders.js'
import { sizes } from './documents.js'
import { works } from './load.js'

const names = Object.keys(contenders)
const main = ['floor', 'hand-written', 'hand-alike', 'plugin']

// All by all would take half a day: everybody does everything once, and what bodies and clients change is seen in a few works.
const matrix = [
  { size: 300, connections: 32, works: Object.keys(works), contenders: names },
  { size: 300, connections: 256, works: ['read', 'read-304', 'update'], contenders: main },
  { size: 3000, connections: 32, works: ['read', 'read-304', 'list', 'update', 'patch', 'create'], contenders: main },
  { size: 30_000, connections: 32, works: ['read', 'list', 'update'], contenders: main }
]

/**
 * What is measured, as `{ size, rows }`: rows of one size share their servers. Sizes or connections that are asked for
 * replace the matrix by all combinations.
 */
export function plan ({ asked = [], work, sizes: askedSizes, connections }) {
  const chosen = asked.length === 0 ? names : names.filter((name) => asked.includes(name))
  const kinds = work ?? Object.keys(works)
  known('contender', asked, names)
  known('work', kinds, Object.keys(works))
  known('size', askedSizes ?? [], Object.keys(sizes))
  const groups = askedSizes === undefined && connections === undefined
    ? matrix
    : (askedSizes ?? ['300']).flatMap((size) => (connections ?? [32]).map((number) => ({ size: Number(size), connections: Number(number), works: kinds, contenders: chosen })))
  const rows = groups.flatMap((group) => group.works.filter((one) => kinds.includes(one)).map((one) => ({
    work: one,
    size: group.size,
    connections: group.connections,
    contenders: group.contenders.filter((name) => (chosen.includes(name)) && contenders[name].works.includes(one))
  })))
  return [...new Set(rows.map(({ size }) => size))].map((size) => ({
    size,
    rows: rows.filter((row) => row.size === size && row.contenders.length > 0).sort((a, b) => Number(a.work === 'create') - Number(b.work === 'create'))
  }))
}

function known (kind, asked, all) {
  const unknown = asked.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`There is no ${kind} ${unknown.join(', ')}: there are ${all.join(', ')}`)
}
