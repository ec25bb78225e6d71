import type { AnswerHeaders, RowLabel } from '../decision/answer.ts'
import type { Document, QueryResult } from '../declare/provider.ts'
import type { ResourceError } from '../errors.ts'
import type { JsonValue } from '../json.ts'

/** How an operation ended. */
export type Outcome =
  | { readonly kind: 'document', readonly document: Document, readonly created: boolean }
  | { readonly kind: 'deleted', readonly document: Document }
  | { readonly kind: 'not-modified', readonly document: Document }
  | { readonly kind: 'results', readonly page: Required<QueryResult> }
  | { readonly kind: 'value', readonly value: unknown }
  | { readonly kind: 'nothing' }
  /** Of the API, as JSON, with the revision of that text; null where the client has it. */
  | { readonly kind: 'description', readonly text: string | null, readonly revision: string }
  /** By rows 17 to 20. Returned, and not thrown, as such answers are as frequent as any. */
  | { readonly kind: 'refused', readonly error: ResourceError, readonly row: RowLabel, readonly headers: AnswerHeaders }
  /** A member of the document, for `_mimeType`. */
  | { readonly kind: 'field', readonly document: Document, readonly value: JsonValue, readonly mimeType: string }

/** A document that was read or changed. */
export function documentOutcome (document: Document, created: boolean = false): Outcome {
  return { kind: 'document', document, created }
}
