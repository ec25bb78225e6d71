/** Any JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** A JSON object: the content of a document, without `_id` and `_rev`. */
export interface JsonObject { readonly [member: string]: JsonValue | undefined }

/** A value, or the promise of it: stores that answer synchronously need no promise. */
export type Awaitable<Value> = Value | Promise<Value>

/** Whether `value` is a JSON object: neither null nor an array. */
export function isJsonObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
