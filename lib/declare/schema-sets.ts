import { isJsonObject } from '../json.ts'

/**
 * Finds out whether a JSON pointer names an array that the schema declares a set: `uniqueItems: true`. Only what the
 * schema says by `properties` and `items` is followed; an array that it describes otherwise counts as a list.
 */
export function setFinder (schema: object): (pointer: readonly string[]) => boolean {
  return (pointer) => {
    let at: unknown = schema
    for (const token of pointer) at = stepInto(at, token)
    return isJsonObject(at) && at['uniqueItems'] === true
  }
}

function stepInto (schema: unknown, token: string): unknown {
  if (!isJsonObject(schema)) return undefined
  const { properties, items } = schema
  if (isJsonObject(properties) && Object.hasOwn(properties, token)) return properties[token]
  return /^(?:-|\d+)$/.test(token) && isJsonObject(items) ? items : undefined
}
