/**
 * Where the time of a server goes: a flame graph in bench/results/profiles, and the functions that take most of it.
 *
 * Run: npm run bench:profile -- WORK [contender], default the plugin. Environment: SECONDS (default 5), SIZE (default 300),
 * CONNECTIONS (default 32), NAME (ends the name of the file, such as `before`), RESULTS (a directory).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { round, works } from './comparison/load.js'
import { startAgreeing, stopAll } from './comparison/measure.js'
import { pinLoad } from './harness/contender.js'
import { installContenders } from './harness/install-contenders.js'
import { markdownTable } from './harness/markdown.js'
import { flameGraph } from './profile/flame-graph.js'
import { framesOf, hottest } from './profile/frames.js'

const { SECONDS = '5', SIZE = '300', CONNECTIONS = '32', NAME, RESULTS = fileURLToPath(new URL('results', import.meta.url)) } = process.env
const [work, contender = 'plugin'] = process.argv.slice(2)
if (!(work in works)) throw new Error(`There is no work ${work}: there are ${Object.keys(works).join(', ')}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

if (!['floor', 'fastify', 'fastify-etag', 'hand-written', 'plugin'].includes(contender)) installContenders()
pinLoad()
const missing = {}
const servers = await startAgreeing([contender], Number(SIZE), missing)
try {
  if (servers.length === 0) throw new Error(`No ${contender}: ${missing[contender]}`)
  const [server] = servers
  await round(server, work, Number(CONNECTIONS), 2)
  await server.ask('profile')
  await round(server, work, Number(CONNECTIONS), Number(SECONDS))
  const { profile } = await server.ask('profiled')
  write(framesOf(profile, new URL('../', import.meta.url).href))
} finally {
  await stopAll(servers)
}

function write (frames) {
  const directory = join(RESULTS, 'profiles')
  const name = [work, contender, SIZE, NAME].filter(Boolean).join('-')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${name}.svg`), flameGraph(`${contender}, ${work}, ${SIZE} B, ${CONNECTIONS} connections`, frames))
  console.log(`${name}.svg\n\n${markdownTable(['function', 'at', '% of the time'], hottest(frames).slice(0, 25).map(({ name, place, self }) => [name, place, (self / frames.total * 100).toFixed(1)]), 2)}`)
}
