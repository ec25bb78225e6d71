import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import t from 'tap'
import { startCluster } from './cluster.ts'

t.test('a cluster starts on a free port, again after a crash, and sorts as English does', async (t) => {
  const cluster = await startCluster(t)
  t.not(cluster.port, 5432)
  await cluster.createDatabase('one')
  await cluster.query('CREATE TABLE words AS SELECT unnest(ARRAY[\'b\', \'a\', \'B\']) AS word', 'one')
  const words = async (): Promise<string[]> => (await cluster.query<{ word: string }>('SELECT word FROM words ORDER BY word', 'one')).map(({ word }) => word)
  t.strictSame(await words(), ['a', 'b', 'B'])
  const { port } = cluster
  await cluster.stop('immediate')
  await t.rejects(cluster.query('SELECT 1'))
  await cluster.start()
  t.strictSame(await words(), ['a', 'b', 'B'])
  await cluster.kill()
  await t.rejects(cluster.query('SELECT 1'))
  await cluster.start()
  t.strictSame(await words(), ['a', 'b', 'B'])
  t.equal(cluster.port, port)
})

t.test('a standby has what was committed, and takes over', async (t) => {
  const primary = await startCluster(t)
  const standby = await primary.startStandby()
  await primary.query('CREATE TABLE words AS SELECT \'here\' AS word')
  await primary.kill()
  await standby.promote()
  t.strictSame(await standby.query('SELECT word FROM words'), [{ word: 'here' }])
  await standby.query('INSERT INTO words VALUES (\'there\')')
})

t.test('nothing is left behind, not even by a process that is killed', async (t) => {
  const script = `
    const { startCluster } = await import(${JSON.stringify(new URL('cluster.ts', import.meta.url).href)})
    const cluster = await startCluster({ teardown () {} })
    const [{ data_directory }] = await cluster.query('SHOW data_directory')
    console.log(data_directory)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, [`--import=${new URL('../strip-types.js', import.meta.url).href}`, '--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await once(child.stdout, 'data') as [Buffer]
  const data = String(output).trim()
  t.ok(existsSync(data))
  child.kill('SIGKILL')
  for (let attempt = 0; attempt < 500 && existsSync(data); attempt++) await new Promise((resolve) => setTimeout(resolve, 20))
  t.notOk(existsSync(data))
  t.notMatch(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }), data)
})
