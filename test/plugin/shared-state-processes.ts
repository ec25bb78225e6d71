import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

interface Server {
  readonly url: string
  readonly kill: () => Promise<void>
}

async function start (t: Test, store: string): Promise<Server> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('fixtures/shared-server.mjs', import.meta.url)), store], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  t.teardown(kill)
  let errors = ''
  child.stderr.on('data', (text) => { errors += String(text) })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(String(text).trim()))
    child.once('exit', () => reject(new Error(`the server ended: ${errors}`)))
  })
  return { url, kill }
}

const read = async ({ url }: Server): Promise<Response> => fetch(`${url}/things`)

async function act ({ url }: Server, action: string, options: object = {}): Promise<unknown> {
  const answer = await fetch(`${url}/switch?_action=${action}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(options) })
  if (!answer.ok) throw new Error(`${action} answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

/** Asserts that `server` answers `status` within a second; half of another one is for machines that do other things too. */
async function answersSoon (t: Test, server: Server, status: number, what: string): Promise<void> {
  const begun = Date.now()
  while ((await read(server)).status !== status && Date.now() < begun + 10_000) await pause(20)
  const waited = Date.now() - begun
  t.ok(waited < 1500, `${what}, after ${waited} ms`)
}

/** What two server processes on one store do, `store` being the URL of an empty one: `sqlite:FILE` or `postgres://…`. */
export async function sharedStateOfProcesses (t: Test, store: string): Promise<void> {
  let [one, two] = await Promise.all([start(t, store), start(t, store)])

  await t.test('disabled with shared in one process, a resource is disabled within a second in the other', async (t) => {
    t.strictSame(await act(one, 'disable', { shared: true, retryAfter: 120, message: 'moving house' }), { disabled: 'all' })
    t.equal((await read(one)).status, 503)
    await answersSoon(t, two, 503, 'disabled in the other')
    const answer = await read(two)
    t.equal(answer.headers.get('retry-after'), '120')
    t.match(await answer.json(), { code: 503, message: 'moving house' })
  })

  await t.test('it is still disabled after both were killed and started again', async (t) => {
    await Promise.all([one.kill(), two.kill()])
    ;[one, two] = await Promise.all([start(t.parent as Test, store), start(t.parent as Test, store)])
    for (const server of [one, two]) {
      t.equal(await act(server, 'first'), 'all', 'from the first request on')
      t.equal((await read(server)).headers.get('retry-after'), '120')
    }
  })

  await t.test('enabled with shared in one process, it is enabled in both', async (t) => {
    t.strictSame(await act(two, 'enable', { shared: true }), { disabled: null })
    t.equal((await read(two)).status, 200)
    await answersSoon(t, one, 200, 'enabled in the other')
  })

  await t.test('without shared only the process at hand is switched', async (t) => {
    await act(one, 'disable')
    await pause(1500)
    t.strictSame([(await read(one)).status, (await read(two)).status], [503, 200])
    await act(two, 'disable', { shared: true })
    await pause(1500)
    await act(one, 'enable')
    await pause(1500)
    t.strictSame([(await read(one)).status, (await read(two)).status], [200, 503])
  })

  await t.test('what one process has lost it takes over when it starts again', async (t) => {
    await one.kill()
    one = await start(t.parent as Test, store)
    t.equal(await act(one, 'first'), 'all')
    await act(one, 'enable', { shared: true })
    await answersSoon(t, two, 200, 'enabled in the other')
  })
}
