import t from 'tap'
import { checkDefinition } from '../../lib/declare/check-definition.ts'
import { resolveLimits } from '../../lib/declare/limits.ts'
import { checkOptions } from '../../lib/declare/options.ts'
import { defaultLimits } from '../../lib/limits.ts'

/** What is said of `limits`, as an option of the plugin and of a resource; without the path. */
function problems (limits: unknown): readonly string[] {
  return ([['', () => checkOptions({ limits })], ['/things.', () => checkDefinition('/things', { limits })]] as const).map(([path, check]) => {
    try {
      check()
      return 'none'
    } catch (error) {
      const { code, message } = error as Error & { readonly code: string }
      return code === 'CREST_ERR_INVALID_OPTION' && message.startsWith(path) ? message.slice(path.length) : `${code}: ${message}`
    }
  })
}

t.test('limits are integers from 1, none larger than it may be, and no others', async (t) => {
  const largest = Number.MAX_SAFE_INTEGER
  const cases: ReadonlyArray<readonly [limits: unknown, problem: string]> = [
    [{}, 'none'],
    [undefined, 'none'],
    [Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, undefined])), 'none'],
    [Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, 1])), 'none'],
    [defaultLimits, 'none'],
    [{ jsonDepth: 500, idLength: 255, filterLength: 50_000, filterDepth: 200, filterClauses: 5000, sortKeys: 64, headerCount: 999, requestTime: 2 ** 31 - 1 }, 'none'],
    [{ jsonMembers: largest, fields: largest, parameters: largest, patchOperations: largest, patchComparisons: largest, patchResultSize: largest, parts: largest }, 'none'],
    [{ jsonDepth: 501 }, 'limits.jsonDepth must be an integer from 1 to 500'],
    [{ idLength: 256 }, 'limits.idLength must be an integer from 1 to 255'],
    [{ filterLength: 50_001 }, 'limits.filterLength must be an integer from 1 to 50000'],
    [{ filterDepth: 201 }, 'limits.filterDepth must be an integer from 1 to 200'],
    [{ filterClauses: 5001 }, 'limits.filterClauses must be an integer from 1 to 5000'],
    [{ sortKeys: 65 }, 'limits.sortKeys must be an integer from 1 to 64'],
    [{ headerCount: 1000 }, 'limits.headerCount must be an integer from 1 to 999'],
    [{ requestTime: 2 ** 31 }, 'limits.requestTime must be an integer from 1 to 2147483647'],
    ...[0, -1, 1.5, NaN, Infinity, '1', null, true, [1], 2 ** 53].map((value): readonly [unknown, string] => [{ fields: value }, 'limits.fields must be an integer above 0']),
    [{ depth: 1 }, `limits.depth is not known; known are ${Object.keys(defaultLimits).join(', ')}`],
    [{ __proto__: null, constructor: 1 }, `limits.constructor is not known; known are ${Object.keys(defaultLimits).join(', ')}`],
    [null, 'limits must be an object'],
    [[], 'limits must be an object'],
    [10, 'limits must be an object']
  ]
  for (const [limits, problem] of cases) t.strictSame(problems(limits), [problem, problem], JSON.stringify(limits))
})

t.test('a resource has all limits, its own over those of the plugin over the defaults, and nobody changes them', async (t) => {
  t.equal(resolveLimits(undefined, undefined), defaultLimits)
  t.strictSame(resolveLimits({ fields: 1, sortKeys: 1 }, { fields: 2 }), { ...defaultLimits, fields: 2, sortKeys: 1 })
  t.strictSame(resolveLimits({ fields: 1 }, { fields: undefined } as never), { ...defaultLimits, fields: 1 })
  t.ok(Object.isFrozen(resolveLimits({}, { fields: 2 })))
  t.ok(Object.isFrozen(defaultLimits))
})
