/**
 * Where the time of a server goes: a flame graph in bench/results/profiles, and the functions that take most of it.
 *
 * Run: npm run bench:profile -- WORK [contender], default the plugin; or `start-up` for 300 resources that get ready. Environment: SECONDS (default 5), SIZE (default 300),
 * CONNECTIONS (default 32), NAME (ends the name of the file, such as `before`), RESULTS (a directory).
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOther } from './comparison/contenders.js'
import { round, works } from './comparison/load.js'
import { startAgreeing, stopAll } from './comparison/measure.js'
import { pinLoad } from './harness/contender.js'
import { installContenders } from './harness/install-contenders.js'
import { markdownTable } from './harness/markdown.js'
import { flameGraph } from './profile/flame-graph.js'
import { framesOf, hottest } from './profile/frames.js'

const { SECONDS = '5', SIZE = '300', CONNECTIONS = '32', NAME, RESULTS = fileURLToPath(new URL('results', import.meta.url)) } = process.env
const [work, contender = 'plugin'] = process.argv.slice(2)
if (work !== 'start-up' && !(work in works)) throw new Error(`There is no work ${work}: there are start-up, ${Object.keys(works).join(', ')}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { title, profile } = work === 'start-up' ? profileStartUp() : await profileRequests()
write(title, framesOf(profile, new URL('../', import.meta.url).href))

async function profileRequests () {
  if (isOther(contender)) installContenders()
  pinLoad()
  const missing = {}
  const servers = await startAgreeing([contender], Number(SIZE), missing)
  try {
    if (servers.length === 0) throw new Error(`No ${contender}: ${missing[contender]}`)
    const [server] = servers
    await round(server, work, Number(CONNECTIONS), 2)
    await server.ask('profile')
    await round(server, work, Number(CONNECTIONS), Number(SECONDS))
    return { title: `${contender}, ${work}, ${SIZE} B, ${CONNECTIONS} connections`, ...await server.ask('profiled') }
  } finally {
    await stopAll(servers)
  }
}

function profileStartUp () {
  const directory = mkdtempSync(join(tmpdir(), 'common-rest-bench-'))
  try {
    execFileSync(process.execPath, ['--expose-gc', '--cpu-prof', `--cpu-prof-dir=${directory}`, fileURLToPath(new URL('growth/start-up.js', import.meta.url)), '300'])
    return { title: 'start-up of 300 resources', profile: JSON.parse(readFileSync(join(directory, readdirSync(directory)[0]), 'utf8')) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function write (title, frames) {
  const directory = join(RESULTS, 'profiles')
  const name = [...work === 'start-up' ? [work] : [work, contender, SIZE], NAME].filter(Boolean).join('-')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${name}.svg`), flameGraph(title, frames))
  console.log(`${name}.svg\n\n${markdownTable(['function', 'at', '% of the time'], hottest(frames).slice(0, 25).map(({ name, place, self }) => [name, place, (self / frames.total * 100).toFixed(1)]), 2)}`)
}
