import type { Ask } from '../decision/ask.ts'
import type { ChangeNotice } from '../declare/hooks.ts'
import type { Document } from '../declare/provider.ts'
import type { JsonObject } from '../json.ts'

/** Tells `onChange` of a write that is durable. Nothing that a listener does changes the answer. */
export function announce (
  { resource: { onChange, path }, principal, log }: Ask,
  operation: ChangeNotice<JsonObject>['operation'],
  id: string,
  before: Document | undefined,
  after: Document | undefined
): void {
  if (onChange === undefined) return
  const failed = (error: unknown): void => log.error({ err: error }, `onChange of ${path} failed`)
  try {
    // Copies of its own: what is stored must not change in place.
    const told: unknown = onChange({ operation, id, before: structuredClone(before?.content), after: structuredClone(after?.content), principal })
    if (told instanceof Promise) told.catch(failed)
  } catch (error) {
    failed(error)
  }
}
