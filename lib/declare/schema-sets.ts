import { isJsonObject } from '../json.ts'

/**
 * Finds out whether a JSON pointer names an array that the schema declares a set: `uniqueItems: true`. Only what the
 * schema says by `properties` and `items` is followed; an array that it describes otherwise counts as a list.
 */
export function setFinder (schema: object): (pointer: readonly string[]) => boolean {
  return (pointer) => {
    let at: unknown = schema
    for (const token of pointer) at = stepInto(at, token)
    return isRecord(at) && at['uniqueItems'] === true
  }
}

function stepInto (schema: unknown, token: string): unknown {
  if (!isRecord(schema)) return undefined
  const { properties, items } = schema
  if (isRecord(properties) && Object.hasOwn(properties, token)) return properties[token]
  return /^(?:-|\d+)$/.test(token) && isRecord(items) ? items : undefined
}

function isRecord (value: unknown): value is Readonly<Record<string, unknown>> {
  return isJsonObject(value)
}
