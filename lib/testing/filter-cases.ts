import { rules } from './contract-case.ts'
import type { ContractCase, RunCase } from './contract-case.ts'
import { insertAndRemove, longAgo, written } from './expectations.ts'
import { queryFixtures } from './query-fixtures.ts'
import type { QueryFixture } from './query-fixtures.ts'
import { answersInParts, ask } from './reference-answer.ts'
import type { StoreCollection, StoredDocument } from '../stores/store.ts'

const shownLength = 60

/** Each filter, in several orders, with and without indexes, compared with the reference. */
export const filterCases: readonly ContractCase[] = queryFixtures.flatMap((fixture) =>
  fixture.filters.map((filter) => ({ name: `filters: ${shown(filter)} finds what the reference finds among ${fixture.name}`, run: findsAsReference(fixture, filter) })))

/** Fills a collection with a fixture, and with documents that no query may find: expired and removed ones. */
export async function fillFixture (collection: StoreCollection, { documents }: QueryFixture): Promise<readonly StoredDocument[]> {
  const live: StoredDocument[] = []
  for (const [n, [id, content]] of [...documents].entries()) {
    live.push(await written(collection.insert(id, content)))
    if (n % 12 === 0) await written(collection.insert(`expired ${id.slice(0, 200)}`, { ...content, until: longAgo }))
    if (n % 12 === 6) await insertAndRemove(collection, `removed ${id.slice(0, 200)}`, content)
  }
  return live
}

function findsAsReference (fixture: QueryFixture, filter: string): RunCase {
  return async (store) => {
    const rule = { expires: '/until', tombstones: true } as const
    const indexed = store.collection('/queried', rules({ ...rule, indexes: fixture.indexes }))
    const documents = await fillFixture(indexed, fixture)
    let turn = fixture.filters.indexOf(filter)
    for (const collection of [indexed, store.collection('/queried', rules(rule))]) {
      for (const sort of fixture.sorts) await answersInParts(collection, documents, ask(filter, sort), turn++)
    }
  }
}

// Names of tests are one line of printable characters.
function shown (filter: string): string {
  const printable = filter.replace(/[^ -~\p{L}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return printable.length <= shownLength ? printable : `${printable.slice(0, shownLength)}...`
}
