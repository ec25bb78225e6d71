import type { CollectionRules, Store } from '../stores/store.ts'

/** Shows one thing on `store`, which is empty and used by one app; rejects where it is not so. */
export type RunCase = (store: Store) => Promise<void>

/** One thing that every store must do. */
export interface ContractCase {
  /** What holds, as a sentence behind the name of its group; no other case of the suite has it. */
  readonly name: string
  readonly run: RunCase
}

/** The cases of a group, by the sentence that says what holds. */
export function casesOf (group: string, sentences: Readonly<Record<string, RunCase>>): readonly ContractCase[] {
  return Object.entries(sentences).map(([sentence, run]) => ({ name: `${group}: ${sentence}`, run }))
}

/** Rules under which nothing is unique, expires or stays gone, but for `overrides`. */
export function rules (overrides: Partial<CollectionRules> = {}): CollectionRules {
  return { unique: [], indexes: [], expires: undefined, tombstones: false, ...overrides }
}
