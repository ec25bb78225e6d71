import type { AllowedDocument, AuthorizedOperation } from '../declare/hooks.ts'
import { InternalServerError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { isTrusted } from './ask.ts'
import type { Ask } from './ask.ts'

/** What `allow` says of a document; true where nothing is asked: without a rule, and for calls of the server itself. */
export function askRule (ask: Ask, document: AllowedDocument<JsonObject>, operation: AuthorizedOperation = askedOperation(ask)): boolean | 'hide' {
  const { resource: { allows, path }, principal } = ask
  if (allows === undefined || isTrusted(ask)) return true
  const { id, revision, content } = document
  const answer: unknown = allows({ principal, operation, document: { id, revision, content } })
  if (typeof answer === 'boolean' || answer === 'hide') return answer
  // A promise is true, whatever it resolves to.
  if (answer instanceof Promise) answer.catch(() => {})
  throw new InternalServerError(`allow of ${path} returned neither true nor false nor 'hide'`)
}

/** A PUT to a document that exists replaces it; one that creates is asked as such where it is done. */
function askedOperation ({ operation }: Ask): AuthorizedOperation {
  if (operation === 'upsert') return 'update'
  return operation === 'describe' ? 'read' : operation
}
