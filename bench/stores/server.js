// One contender in a process of its own: `node server.js plugin|same_sql|own_sql URL`, where URL is memory:, file:///… or postgres://….
// It tells the process that has started it where it listens, and ends with it.
import { contentOf, idOf, size } from './documents.js'
import { handWrittenApp } from './hand-written.js'
import { memoryTable } from './memory-table.js'
import { pluginApp } from './plugin.js'
import { postgresTable } from './postgres-table.js'
import { sqliteTable } from './sqlite-table.js'
import { storeTable } from './store-table.js'

const ownTables = { 'memory:': memoryTable, 'file:': sqliteTable, 'postgres:': postgresTable }
const apps = {
  plugin: pluginApp,
  same_sql: async (url) => handWrittenApp(await storeTable(url)),
  own_sql: async (url) => handWrittenApp(await ownTables[new URL(url).protocol](url))
}

const [contender, url] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const { app, insert } = await apps[contender](url)
await app.ready()
await fill()
process.on('message', answer)
// Where nobody listens any more, `disconnect` ends this process.
process.send({ origin: await app.listen({ port: 0, host: '127.0.0.1' }) }, () => {})

async function fill () {
  const batch = 50
  for (let number = 0; number < size; number += batch) {
    await Promise.all(Array.from({ length: batch }, (_, index) => insert(idOf(number + index), contentOf(number + index))))
  }
}

async function answer (question) {
  if (question === 'cpu') return process.send({ cpu: process.cpuUsage() })
  await app.close()
  process.disconnect()
}
