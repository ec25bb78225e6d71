import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** Whether servers and the load can have a core each. */
export const pins = availableParallelism() > 1 && canPin()

/**
 * Starts a script that tells where it listens, as `{ origin }` by a message (or `{ error }`), and answers `cpu` with what `process.cpuUsage`
 * says; `flags` are those of Node, as are those in SERVER_FLAGS.
 */
export async function startContender (name, { script, args = [], flags = [] }) {
  const command = [...pins ? ['taskset', '-c', '0'] : [], process.execPath, ...flags, ...serverFlags(), script, ...args]
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const ask = async (question) => {
    const reply = once(child, 'message')
    child.send(question)
    return (await reply)[0]
  }
  const ended = exited.then(() => { throw new Error(`The server ${args.join(' ')} ended`) })
  const [{ origin, error }] = await Promise.race([once(child, 'message'), ended])
  if (origin === undefined) throw new Error(`The server ${name} did not start: ${error}`)
  return {
    name,
    origin,
    ask,
    /** The microseconds of processor time that it has used. */
    async cpu () {
      const { cpu: { user, system } } = await ask('cpu')
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

function serverFlags () {
  return (process.env.SERVER_FLAGS ?? '').split(' ').filter(Boolean)
}

function canPin () {
  try {
    for (const core of ['0', '1']) execFileSync('taskset', ['-c', core, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
