import type { Store } from '../stores/store.ts'
import { wrongUse } from './command-error.ts'

/** How long a statement of a command that nobody waits for may take, in milliseconds. */
const patience = 30_000

/**
 * The store that an option names. Its driver is loaded, and nothing opened, until the store is used.
 *
 * @param text `memory:`, `sqlite:FILE` or `postgres://…`
 * @param serving whether clients wait for answers
 * @throws CommandError (usage) for anything else
 */
export async function openStore (text: string, serving: boolean): Promise<Store> {
  if (text === 'memory:') return (await import('../stores/memory.ts')).memoryStore()
  if (/^sqlite:./.test(text)) return (await import('../stores/sqlite.ts')).sqliteStore(text.slice('sqlite:'.length))
  if (/^postgres(?:ql)?:/.test(text)) {
    const { postgresStore } = await import('../stores/postgres.ts')
    try {
      return postgresStore(text, serving ? {} : { timeout: patience })
    } catch (error) {
      // What it says repeats nothing of the text, which may hold a password.
      throw wrongUse(`--store: ${(error as Error).message}`, error)
    }
  }
  throw wrongUse('--store must be memory:, sqlite:FILE or postgres://…')
}

/** A store as it can be shown: of a database, without what opens it. */
export function describeStore (text: string): string {
  if (!text.startsWith('postgres')) return text
  const { protocol, host, pathname } = new URL(text)
  return `${protocol}//${host}${pathname}`
}
