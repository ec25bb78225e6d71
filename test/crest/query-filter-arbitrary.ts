import fc from 'fast-check'
import { comparisonOperators } from '../../lib/crest/query-filter.ts'
import type { FilterValue, QueryFilter } from '../../lib/crest/query-filter.ts'

/** Fields and values for {@link arbitraryFilter}. */
export interface FilterParts {
  readonly field: fc.Arbitrary<readonly string[]>
  readonly value: fc.Arbitrary<FilterValue>
}

/** Trees of every shape that the parser can give. */
export function arbitraryFilter ({ field, value }: FilterParts): fc.Arbitrary<QueryFilter> {
  return fc.letrec<{ filter: QueryFilter }>((tie) => {
    const operands = fc.array(tie('filter'), { minLength: 2, maxLength: 4 })
    const node = <Node>(members: { [Name in keyof Node]: fc.Arbitrary<Node[Name]> }): fc.Arbitrary<Node> => fc.record(members, { noNullPrototype: true })
    return {
      filter: fc.oneof({ maxDepth: 4, withCrossShrink: true },
        { weight: 5, arbitrary: node({ kind: fc.constant('compare' as const), operator: fc.constantFrom(...comparisonOperators), field, value }) },
        { weight: 2, arbitrary: node({ kind: fc.constant('in' as const), field, values: fc.array(value, { maxLength: 4 }) }) },
        { weight: 2, arbitrary: node({ kind: fc.constant('present' as const), field }) },
        { weight: 1, arbitrary: node({ kind: fc.constant('literal' as const), value: fc.boolean() }) },
        { weight: 2, arbitrary: node({ kind: fc.constant('and' as const), operands }) },
        { weight: 2, arbitrary: node({ kind: fc.constant('or' as const), operands }) },
        { weight: 2, arbitrary: node({ kind: fc.constant('not' as const), operand: tie('filter') }) })
    }
  }).filter
}
