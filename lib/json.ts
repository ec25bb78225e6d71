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

/**
 * The member of a stored document that is the JSON text of its content, where the store has it: who only sends the
 * content on need not parse it.
 */
export const contentJson: unique symbol = Symbol('common-rest.content-json')
