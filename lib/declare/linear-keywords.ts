import type { Ajv } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { canonicalJson } from '../crest/json-equal.ts'
import type { JsonValue } from '../json.ts'

/** The longest text that may be of the format `url`, which takes quadratic time: 10 ms for so many characters. */
const longestUrl = 4096

/**
 * Lets an Ajv judge in linear time what its own ways take longer for. Those of `uniqueItems` compare each element with each
 * other one as soon as one may be a container: ten thousand small objects, 100 kB, take seconds.
 */
export function judgeInLinearTime (ajv: Ajv): void {
  const { url } = fullFormats
  ajv.addFormat('url', { type: 'string', validate: (text: string) => text.length <= longestUrl && (url as RegExp).test(text) })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    before: 'contains',
    compile: (isUnique: boolean) => isUnique ? judge : () => true
  })
}

const judge: DataValidateFunction = (elements: readonly JsonValue[]) => {
  const twins = findTwins(elements)
  if (twins === undefined) return true
  const [i, j] = twins
  judge.errors = [{ keyword: 'uniqueItems', params: { i, j }, message: `must NOT have duplicate items (items ## ${j} and ${i} are identical)` }]
  return false
}

/** The positions of two elements that are equal (JSON Schema validation, section 6.4.3). */
function findTwins (elements: readonly JsonValue[]): readonly [number, number] | undefined {
  const scalars = new Map<JsonValue, number>()
  const containers = new Map<string, number>()
  for (const [position, element] of elements.entries()) {
    const isContainer = typeof element === 'object' && element !== null
    const known: Map<JsonValue, number> = isContainer ? containers : scalars
    const key = isContainer ? canonicalJson(element) : element
    const before = known.get(key)
    if (before !== undefined) return [before, position]
    known.set(key, position)
  }
  return undefined
}
