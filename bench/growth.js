/**
 * What grows with documents, resources, connections and indexes: tables and a JSON file in bench/results.
 *
 * Run: npm run bench:growth [-- documents|"documents by hand"|resources|connections|indexes|start-up|memory …], default all. Environment: ROUNDS
 * (default 5), SECONDS a round (default 2), MOST (documents, default 1000000), RESULTS (a directory).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { documentMemory, startUp } from './growth/one-off.js'
import { report } from './growth/report.js'
import { dimensions, grow } from './growth/requests.js'
import { conditions } from './harness/conditions.js'
import { pinLoad } from './harness/contender.js'

const { ROUNDS = '5', SECONDS = '2', MOST = '1000000', RESULTS = fileURLToPath(new URL('results', import.meta.url)) } = process.env
const settings = { rounds: Number(ROUNDS), seconds: Number(SECONDS), most: Number(MOST) }
const all = [...Object.keys(dimensions), 'start-up', 'memory']
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all
const unknown = chosen.filter((name) => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}: there are ${all.join(', ')}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const results = { conditions: conditions(), ...settings, requests: {} }
if (chosen.includes('start-up')) results.startUp = startUp(settings)
if (chosen.includes('memory')) results.documentMemory = documentMemory(settings)
pinLoad()
for (const name of Object.keys(dimensions)) if (chosen.includes(name)) results.requests[name] = await grow(name, settings)

mkdirSync(RESULTS, { recursive: true })
const text = report(results)
writeFileSync(join(RESULTS, 'growth.json'), `${JSON.stringify(results, (key, value) => typeof value === 'number' ? Number(value.toPrecision(5)) : value, 1)}\n`)
writeFileSync(join(RESULTS, 'growth.md'), text)
console.log(text)
