import { fileURLToPath } from 'node:url'
import { alternate } from '../harness/alternate.js'
import { startContender } from '../harness/contender.js'
import { fire } from '../harness/fire.js'
import { median } from '../harness/median.js'
import { works } from './works.js'

const script = fileURLToPath(new URL('server.js', import.meta.url))
const handWritten = fileURLToPath(new URL('../comparison/server.js', import.meta.url))
const million = 1_000_000

/** How requests depend on a dimension: its values, the server of each, the works, and the value that others are compared with. */
export const dimensions = {
  documents: { values: [1, 100, 1000, 10_000, 100_000, million], base: 1000, server: (documents) => ({ documents }), works: ['read', 'indexed query', 'indexed query, page of 20', 'update'] },
  // What the machine has to do with it: the same for a route written by hand, over a Map.
  'documents by hand': { values: [1000, million], base: 1000, server: (documents) => ({ documents, byHand: true }), works: ['read by hand'] },
  resources: { values: [1, 10, 100, 1000], base: 1, server: (resources) => ({ resources, documents: 10 }), works: ['read'] },
  connections: { values: [1, 8, 32, 128, 512], base: 32, server: () => ({ documents: 1000 }), works: ['read'], isOfLoad: true },
  indexes: {
    values: [0, 1, 5, 10, 20],
    base: 0,
    server: (count) => ({ documents: 1000, wide: true, indexes: Array.from({ length: count }, (_, index) => `/figure${index}`) }),
    works: ['update, one indexed member changes', 'update, all indexed members change', 'create']
  }
}

/** Rows `{ work, value, perSecond, cpu, p50, p99, ratio }` of one dimension; the ratio is that of throughputs to the base. */
export async function grow (name, { rounds, seconds, most }) {
  const { values, base, server, works: kinds, isOfLoad = false } = dimensions[name]
  const chosen = values.filter((value) => !name.startsWith('documents') || value <= most)
  const contenders = []
  try {
    for (const value of chosen) {
      console.error(`${name}: ${value} …`)
      const settings = { resources: 1, ...server(value) }
      const started = isOfLoad ? contenders[0]?.started ?? await start(settings) : await start(settings)
      contenders.push({ name: value, started, settings, connections: isOfLoad ? value : 32 })
    }
    const rows = []
    for (const work of kinds) rows.push(...await measure(work, base, contenders, { rounds, seconds }))
    return rows
  } finally {
    for (const started of new Set(contenders.map((contender) => contender.started))) await started.stop()
  }
}

function start (settings) {
  const flags = settings.documents >= 100_000 ? ['--max-old-space-size=12000'] : []
  if (settings.byHand) return startContender('hand-written', { script: handWritten, flags, args: ['hand-written', '300', String(settings.documents)] })
  return startContender('plugin', { script, flags, args: [JSON.stringify(settings)] })
}

async function measure (work, base, contenders, { rounds, seconds }) {
  console.error(`${work} …`)
  const { status, requests } = works[work]
  const taken = await alternate(contenders, rounds, ({ started, settings, connections }, warming) => {
    return fire(started, { connections, status, seconds: warming ? Math.min(1, seconds) : seconds, requests: () => requests(settings) })
  })
  const bases = taken.get(base) ?? taken.values().next().value
  return [...taken].map(([value, results]) => ({
    work,
    value,
    ...Object.fromEntries(['perSecond', 'cpu', 'p50', 'p99'].map((figure) => [figure, median(results, (result) => result[figure])])),
    ratio: median(results.map(({ perSecond }, number) => perSecond / bases[number].perSecond)),
    cpuRatio: median(results.map(({ cpu }, number) => bases[number].cpu / cpu))
  }))
}
