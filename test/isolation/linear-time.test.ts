import t from 'tap'
import type { Test } from 'tap'
import { parseJsonContent } from '../../lib/crest/json-content.ts'
import { parseFields } from '../../lib/crest/fields.ts'
import { parseJsonPointer } from '../../lib/crest/json-pointer.ts'
import { parseQueryString } from '../../lib/crest/parameters.ts'
import { parseQueryFilter } from '../../lib/crest/query-filter-parser.ts'
import { compileSchema } from '../../lib/declare/content-rules.ts'
import { accepts } from '../../lib/http/accept.ts'
import { parseTagCondition } from '../../lib/http/entity-tag.ts'
import { prefersMinimal } from '../../lib/http/prefer.ts'

/** Asserts that hostile input of about a megabyte, or as much as limits let through, takes less than two seconds; what is quadratic takes minutes. */
function isQuick (t: Test, name: string, run: () => unknown): void {
  const start = performance.now()
  try { run() } catch {}
  const time = performance.now() - start
  t.ok(time < 2000, `${name}: ${time.toFixed(1)} ms`)
}

function thrownBy (run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

t.test('what refuses hostile input takes linear time', async (t) => {
  const bytes = (text: string): Buffer => Buffer.from(text)
  isQuick(t, 'nested arrays', () => parseJsonContent(bytes('['.repeat(1040000))))
  isQuick(t, 'nested arrays that are closed', () => parseJsonContent(bytes('['.repeat(520000) + ']'.repeat(520000))))
  isQuick(t, 'nested objects', () => parseJsonContent(bytes('{"a":'.repeat(160000) + '1' + '}'.repeat(160000))))
  isQuick(t, 'elements', () => parseJsonContent(bytes(`[${'0,'.repeat(520000)}0]`)))
  isQuick(t, 'escapes', () => parseJsonContent(bytes(`["${'\\u0041'.repeat(160000)}"]`)))
  isQuick(t, 'forbidden names', () => parseJsonContent(bytes(`[${'{"constructor":1},'.repeat(40000)}0]`)))
  isQuick(t, 'fields', () => parseFields([Array(160000).fill('a/b').join(',')], Infinity))
  isQuick(t, 'a pointer', () => parseJsonPointer('a/'.repeat(400000)))
  isQuick(t, 'parameters', () => parseQueryString('a=%41&'.repeat(160000)))
  isQuick(t, 'a filter', () => parseQueryFilter('! '.repeat(9600)))
  isQuick(t, 'Accept', () => accepts(`${'text/plain;q="'.repeat(40000)}`, 'application/json'))
  isQuick(t, 'If-Match', () => parseTagCondition('"a",'.repeat(160000)))
  isQuick(t, 'Prefer', () => prefersMinimal('return="\\'.repeat(40000)))
})

t.test('schemas judge sets and addresses in linear time', async (t) => {
  const check = compileSchema({ properties: { set: { type: 'array', uniqueItems: true }, url: { format: 'url' } } }, 'schema', 'The content')
  const objects = (size: number): readonly object[] => Array.from({ length: size }, (_, n) => ({ n: [n] }))
  isQuick(t, 'a set of objects', () => check({ set: objects(40_000) }))
  isQuick(t, 'an address', () => check({ url: `http://${':'.repeat(160000)}` }))
  const twins: ReadonlyArray<readonly [readonly unknown[], readonly [number, number] | undefined]> = [
    [[], undefined], [[1], undefined], [[1, '1', true, 'true', null, 'null', [1], ['1'], { a: 1 }, '{"a":1}', '[1]'], undefined],
    [[1, 2, 1], [0, 2]], [[1, 1.0], [0, 1]], [[0, -0], [0, 1]], [['a', 'a'], [0, 1]], [[null, 0, null], [0, 2]], [[false, 0, ''], undefined],
    [[{ a: 1, b: [2] }, { b: [2], a: 1 }], [0, 1]], [[{ a: 1 }, { a: 1, b: undefined }], [0, 1]], [[{ a: 1 }, { a: 2 }], undefined], [[[1, 2], [2, 1]], undefined], [[[], {}], undefined], [[[[]], [[]]], [0, 1]]
  ]
  for (const [set, found] of twins) {
    const message = found === undefined ? undefined : `must NOT have duplicate items (items ## ${found[1]} and ${found[0]} are identical)`
    if (message === undefined) t.doesNotThrow(() => check({ set }), JSON.stringify(set))
    else t.match(thrownBy(() => check({ set })), { statusCode: 400, detail: { violations: [{ pointer: '/set', message }] } }, JSON.stringify(set))
  }
  for (const draft of ['https://json-schema.org/draft/2020-12/schema', 'https://json-schema.org/draft/2019-09/schema', 'http://json-schema.org/draft-07/schema#']) {
    for (const [uniqueItems, throws] of [[true, true], [false, false]] as const) {
      const judge = compileSchema({ $schema: draft, type: 'array', uniqueItems, items: { type: 'integer' } }, 'schema', 'The content')
      t.doesNotThrow(() => judge([1, 2]))
      if (throws) t.match(thrownBy(() => judge([1, 1])), { statusCode: 400 }, draft)
      else t.doesNotThrow(() => judge([1, 1]), draft)
    }
  }
  t.match(thrownBy(() => compileSchema({ uniqueItems: 'yes' }, 'schema', 'The content')), { code: 'CREST_ERR_INVALID_OPTION' })
  t.match(thrownBy(() => check({ url: `http://example.com/${'x'.repeat(4096)}` })), { statusCode: 400 })
  t.doesNotThrow(() => check({ url: `http://example.com/${'x'.repeat(4000)}` }))
})
