import { fileURLToPath } from 'node:url'
import { alternate } from '../harness/alternate.js'
import { startContender } from '../harness/contender.js'
import { median } from '../harness/median.js'
import { agree, agreeAlike } from './agree.js'
import { contenders } from './contenders.js'
import { sizes } from './documents.js'
import { round } from './load.js'

// Collections grow while creates are measured; servers collect garbage when they are asked to.
const flags = ['--max-old-space-size=8000', '--expose-gc']
const script = fileURLToPath(new URL('server.js', import.meta.url))

/** Starts those who can be started and answer as they should; the reasons of the others go to `missing`. */
export async function startAgreeing (names, size, missing) {
  const servers = []
  const answers = new Map()
  try {
    for (const name of names) {
      try {
        const count = sizes[size]
        const server = await startContender(name, { script, flags, args: [name, size, count] })
        servers.push(server)
        Object.assign(server, { dialect: contenders[name].dialect, size, count })
        answers.set(name, await agree(server))
      } catch (error) {
        missing[name] = error.message
        console.error(`Without ${name}: ${error.message}`)
        const at = servers.findIndex((server) => server.name === name)
        if (at >= 0) await servers.splice(at, 1)[0].stop()
      }
    }
    for (const [name, withAdded] of [['hand-written', false], ['hand-alike', true]]) {
      if (answers.has('plugin') && answers.has(name)) agreeAlike(answers.get('plugin'), answers.get(name), { withAdded })
    }
    return servers
  } catch (error) {
    await stopAll(servers)
    throw error
  }
}

export async function stopAll (servers) {
  for (const server of servers) await server.stop()
}

/**
 * Medians of each contender, and those of the ratios of each round: above 1 the plugin is faster, or takes less processor time.
 * Who fails is left out, and named in `failures`.
 */
export async function measure (servers, { work, connections }, { rounds, seconds }, failures) {
  const broken = new Set()
  const taken = await alternate(servers, rounds, async (server, warming) => {
    if (broken.has(server)) return undefined
    try {
      const result = await round(server, work, connections, warming ? Math.min(1, seconds) : seconds)
      if (warming) await server.ask('age')
      return result
    } catch (error) {
      broken.add(server)
      failures.push(`${work} with ${connections} connections: ${error.message}`)
      console.error(failures.at(-1))
    }
  })
  for (const { name } of broken) taken.delete(name)
  const ours = taken.get('plugin')
  return Object.fromEntries([...taken].map(([name, results]) => [name, {
    perSecond: median(results, ({ perSecond }) => perSecond),
    cpu: median(results, ({ cpu }) => cpu),
    busyServer: median(results, ({ busyServer }) => busyServer),
    ...ours !== undefined && {
      ratio: median(results.map(({ perSecond }, number) => ours[number].perSecond / perSecond)),
      cpuRatio: median(results.map(({ cpu }, number) => cpu / ours[number].cpu))
    },
    rounds: results
  }]))
}
