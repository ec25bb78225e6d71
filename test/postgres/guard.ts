import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Ends what it watches over, and removes its directory. */
export interface Guard {
  /** The process to be ended; undefined when there is none any more. */
  readonly watch: (pid: number | undefined) => void
  /** Does it now, and waits for it. */
  readonly end: () => Promise<void>
}

/** The last line read is the process; SIGQUIT is PostgreSQL's immediate stop, of its children too. */
const script = `
  while read -r line; do pid=$line; done
  if [ "\${pid:-0}" -gt 0 ]; then
    kill -QUIT "$pid"
    for attempt in $(seq 500); do kill -0 "$pid" || break; sleep 0.02; done
    kill -KILL "$pid"
  fi
  rm -rf "$1"`

/**
 * Starts a process that outlives this one: its standard input closes when this process ends, also by SIGKILL or a time-out,
 * so that no test leaves a database behind.
 */
export function startGuard (directory: string): Guard {
  const child = spawn('/bin/sh', ['-c', script, 'guard', directory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  const exited = once(child, 'exit')
  // This process may have ended its part already.
  child.stdin.on('error', () => {})
  child.unref()
  return {
    watch: (pid) => { child.stdin.write(`${pid ?? 0}\n`) },
    end: async () => {
      child.ref()
      child.stdin.end()
      await exited
    }
  }
}
