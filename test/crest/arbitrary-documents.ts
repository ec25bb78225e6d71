import fc from 'fast-check'
import type { ComparedDocument } from '../../lib/crest/comparable.ts'
import type { FilterValue } from '../../lib/crest/query-filter.ts'
import type { JsonObject } from '../../lib/json.ts'

// Few names and values, so that pointers and literals often meet what is in a document.
const name = fc.constantFrom('a', 'b', '0', '1', '-', 'constructor')
const texts = ['a', 'A', 'ab', 'b', '', 'ß', 'ẞ', 'SS', 'ς', 'Σ', 'İ', '10', '9', '\uff5e', '😀']

/** Scalars that differ in kind, size, case and the number of their bytes. */
export const anyScalar: fc.Arbitrary<FilterValue> = fc.constantFrom(...texts, 0, 1, -2.5, 9, 2 ** 53, true, false)

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, anyScalar, fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }))
}))

/** Documents with arrays of arrays and of objects, names that are positions, and names that every object inherits. */
export const anyDocument: fc.Arbitrary<ComparedDocument> = fc.record({
  id: fc.constantFrom('a', 'B', 'b', 'ß', '\uff5e', '😀'),
  revision: fc.constantFrom('0', '1'),
  content: fc.dictionary(name, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }) as fc.Arbitrary<JsonObject>
})

/** Pointers that often lead somewhere in {@link anyDocument}. */
export const anyPointer: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.array(name, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('_id', '_rev')) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('_id', '_rev'), name) })
