import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Awaitable, JsonObject } from '../json.ts'
import type { Slot, StoreCollection, StoredDocument, StoreQuery, WriteOutcome } from '../stores/store.ts'

// The clock of a store may be that of a database: it is waited for, and not asked what it says.
const patience = 5000
const pause = 25

/** An instant that is over on every clock. */
export const longAgo: string = '2000-01-01T00:00:00Z'

/** An instant that no test sees. */
export const farAhead: string = '9999-12-31T23:59:59.999Z'

/** The instant so many milliseconds from now, as documents name it. */
export function inMilliseconds (ms: number): string {
  return new Date(Date.now() + ms).toISOString()
}

/** The document that a write has left; fails where it has not written. */
export async function written (outcome: Awaitable<WriteOutcome>): Promise<StoredDocument> {
  const settled = await outcome
  assert.ok(settled.kind === 'written', `the write ended as ${settled.kind}, not as written`)
  return settled.document
}

/** Fails unless the write was refused as `kind`. */
export async function refused (outcome: Awaitable<WriteOutcome>, kind: 'taken' | 'gone' | 'changed'): Promise<void> {
  assert.equal((await outcome).kind, kind)
}

/** Fails unless the write clashed at `pointers`. */
export async function clashed (outcome: Awaitable<WriteOutcome>, pointers: readonly string[]): Promise<void> {
  const settled = await outcome
  assert.ok(settled.kind === 'clash', `the write ended as ${settled.kind}, not as clash`)
  assert.deepEqual([...settled.pointers], pointers)
}

/** The live document under an id; fails where there is none. */
export async function held (collection: StoreCollection, id: string): Promise<StoredDocument> {
  const slot = await collection.read(id)
  assert.ok(slot.kind === 'document', `${JSON.stringify(id)} is ${slot.kind}, not a document`)
  return slot.document
}

/** What an id holds, by its kind alone. */
export async function kindOf (collection: StoreCollection, id: string): Promise<Slot['kind']> {
  const { kind } = await collection.read(id)
  return kind
}

/** Waits until an id holds a thing of this kind, for at most five seconds; fails where that is too short. */
export async function untilKind (collection: StoreCollection, id: string, kind: Slot['kind']): Promise<void> {
  const end = performance.now() + patience
  while (await kindOf(collection, id) !== kind && performance.now() < end) await setTimeout(pause)
  assert.equal(await kindOf(collection, id), kind)
}

/** Fails unless both are the same document: stores may add members of their own, and order those of the content as they like. */
export function sameDocument (actual: StoredDocument | undefined, expected: StoredDocument): void {
  assert.deepEqual(actual && bare(actual), bare(expected))
}

function bare ({ id, revision, content }: StoredDocument): object {
  return { id, revision, content }
}

/** Inserts documents without content of interest under these ids. */
export async function insertAll (collection: StoreCollection, ids: readonly string[], content: JsonObject = {}): Promise<readonly StoredDocument[]> {
  const documents: StoredDocument[] = []
  for (const id of ids) documents.push(await written(collection.insert(id, content)))
  return documents
}

/** Inserts a document and removes it again. */
export async function insertAndRemove (collection: StoreCollection, id: string, content: JsonObject = {}): Promise<void> {
  const { revision } = await written(collection.insert(id, content))
  await written(collection.remove(id, revision))
}

/** The query for all documents in the order of their ids, but for `overrides`. */
export function everything (overrides: Partial<StoreQuery> = {}): StoreQuery {
  return { filter: { kind: 'literal', value: true }, sortKeys: [], ...overrides }
}

/** The ids that a query for everything finds, but for `overrides`, in its order. */
export async function foundIds (collection: StoreCollection, overrides: Partial<StoreQuery> = {}): Promise<readonly string[]> {
  return idsOf((await collection.query(everything(overrides))).documents)
}

/** The ids of documents, in their order. */
export function idsOf (documents: readonly StoredDocument[]): readonly string[] {
  return documents.map(({ id }) => id)
}

/** Changes content in place, where it is not frozen. */
export function spoil (content: JsonObject): void {
  const { list } = content as { readonly list?: unknown }
  if (Array.isArray(list) && !Object.isFrozen(list)) list.push('spoilt')
  if (!Object.isFrozen(content)) Object.assign(content, { spoilt: true })
}
