import fc from 'fast-check'
import t from 'tap'
import type { SortKey } from '../../lib/crest/sort-keys.ts'
import { comparePositions, sortPosition } from '../../lib/crest/sort-order.ts'
import { itself } from '../../lib/stores/query/judge.ts'
import { collectInOrder, collectSorted } from '../../lib/stores/query/page-collector.ts'
import type { PageCollector } from '../../lib/stores/query/page-collector.ts'
import type { StoreQuery, StoredDocument } from '../../lib/stores/store.ts'
import { anyDocument, anyPointer } from '../crest/arbitrary-documents.ts'

function documentWith (id: string, a: number): StoredDocument {
  return { id, revision: '1', content: { a } }
}

const ascending = [documentWith('a', 1), documentWith('b', 2), documentWith('c', 2), documentWith('d', 3), documentWith('e', 4)]
const mixed = ['d', 'a', 'e', 'c', 'b'].map((id) => ascending.find((document) => document.id === id) as StoredDocument)
const byA: readonly SortKey[] = [{ pointer: ['a'], descending: false }]

/** The ids of the page, and behind a bar after how many documents no more was wanted. */
function fill (collector: PageCollector, documents: readonly StoredDocument[]): string {
  const enough = documents.findIndex((document) => !collector.add(document))
  return `${collector.documents().map(({ id }) => id).join('')}|${enough < 0 ? '' : enough + 1}`
}

t.test('documents in order are skipped, kept, and no more wanted when the page is full', async (t) => {
  const rows: ReadonlyArray<readonly [{ offset?: number, limit?: number }, string]> = [
    [{}, 'abcde|'],
    [{ offset: 2 }, 'cde|'],
    [{ limit: 2 }, 'ab|2'],
    [{ offset: 1, limit: 2 }, 'bc|3'],
    [{ offset: 1, limit: 4 }, 'bcde|5'],
    [{ offset: 2, limit: 9 }, 'cde|'],
    [{ offset: 5, limit: 2 }, '|'],
    [{ offset: 9 }, '|'],
    [{ limit: 0 }, '|1'],
    [{ offset: 3, limit: 0 }, '|1']
  ]
  for (const [request, expected] of rows) t.equal(fill(collectInOrder({ sortKeys: [], ...request }), ascending), expected, JSON.stringify(request))
})

t.test('documents in any order are sorted, skipped and kept, and all are wanted but for an empty page', async (t) => {
  const after = (id: string, value: number): Pick<StoreQuery, 'after'> => ({ after: { values: [{ rank: 2, value }], id } })
  const rows: ReadonlyArray<readonly [Omit<StoreQuery, 'filter' | 'sortKeys'>, string]> = [
    [{}, 'abcde|'],
    [{ offset: 2 }, 'cde|'],
    [{ limit: 2 }, 'ab|'],
    [{ offset: 1, limit: 2 }, 'bc|'],
    [{ offset: 4, limit: 2 }, 'e|'],
    [{ offset: 5, limit: 2 }, '|'],
    [{ limit: 0 }, '|1'],
    [{ offset: 3, limit: 0 }, '|1'],
    [after('b', 2), 'cde|'],
    [after('bb', 2), 'cde|'],
    [{ ...after('b', 2), offset: 1, limit: 1 }, 'd|'],
    [after('e', 4), '|'],
    [after('', 0), 'abcde|']
  ]
  for (const [request, expected] of rows) t.equal(fill(collectSorted({ sortKeys: byA, ...request }, itself), mixed), expected, JSON.stringify(request))
})

t.test('without sort keys documents are in the order of their ids by code point', async (t) => {
  const documents = ['\u{1f600}', 'b', '\uff5e', 'B', ''].map((id) => documentWith(id, 1))
  t.equal(fill(collectSorted({ sortKeys: [] }, itself), documents), 'Bb\uff5e\u{1f600}|')
  t.equal(fill(collectSorted({ sortKeys: [], after: { values: [], id: 'B' }, limit: 2 }, itself), documents), 'b\uff5e|')
})

t.test('the page can be asked for while documents come', async (t) => {
  const collector = collectSorted({ sortKeys: byA, offset: 1, limit: 2 }, itself)
  const pages = mixed.map((document) => {
    collector.add(document)
    return collector.documents().map(({ id }) => id).join('')
  })
  t.strictSame(pages, ['', 'd', 'de', 'cd', 'bc'])
})

const requests = fc.record({
  sortKeys: fc.array(fc.record({ pointer: anyPointer, descending: fc.boolean() }), { maxLength: 2 }),
  offset: fc.nat(6),
  limit: fc.oneof(fc.nat(6), fc.constant(Infinity))
})
const collection = fc.array(anyDocument, { maxLength: 12 }).map((documents) => documents.map((document, index) => ({ ...document, id: `${document.id}${index}` })))

t.test('random documents are paged as if all were sorted and cut', async () => {
  fc.assert(fc.property(collection, requests, fc.nat(20), (documents, request, start) => {
    const { sortKeys, offset, limit } = request
    const all = documents.toSorted((a, b) => comparePositions(sortKeys, sortPosition(a, sortKeys), sortPosition(b, sortKeys)))
    const last = all[start]
    const behind = last === undefined ? all : all.slice(start + 1)
    const page = behind.slice(offset, offset + limit)
    const after = last === undefined ? {} : { after: sortPosition(last, sortKeys) }

    const sorted = collectSorted({ ...request, ...after }, itself)
    for (const document of documents) if (!sorted.add(document)) break
    const inOrder = collectInOrder({ ...request, ...after })
    for (const document of behind) if (!inOrder.add(document)) break
    return [sorted, inOrder].every((collector) => {
      const found = collector.documents()
      return found.length === page.length && found.every((document, index) => document === page[index])
    })
  }), { numRuns: 5000 })
})
