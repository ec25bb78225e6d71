import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('server.js', import.meta.url))

/** Whether servers and the load can have a core each. */
export const pins = availableParallelism() > 1 && canPin()

/** Starts a server, filled with documents. */
export async function startContender (name, url) {
  const command = [...pins ? ['taskset', '-c', '0'] : [], process.execPath, ...(process.env.SERVER_FLAGS ?? '').split(' ').filter(Boolean), script, name, url]
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const [{ origin }] = await Promise.race([once(child, 'message'), exited.then(() => { throw new Error(`The server ${name} of ${url} ended`) })])
  return {
    name,
    origin,
    /** The microseconds of processor time that it has used. */
    async cpu () {
      const reply = once(child, 'message')
      child.send('cpu')
      const [{ cpu: { user, system } }] = await reply
      return user + system
    },
    async stop () {
      child.send('stop')
      await exited
    }
  }
}

/** Keeps this process, whose part is the load, away from the core of the servers. What was started before is free. */
export function pinLoad () {
  if (pins) execFileSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)], { stdio: 'ignore' })
}

function canPin () {
  try {
    for (const core of ['0', '1']) execFileSync('taskset', ['-c', core, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
