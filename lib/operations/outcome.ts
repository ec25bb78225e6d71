import type { Document, QueryResult } from '../declare/provider.ts'

/** How an operation ended well. */
export type Outcome =
  | { readonly kind: 'document', readonly document: Document, readonly created: boolean }
  | { readonly kind: 'deleted', readonly document: Document }
  | { readonly kind: 'not-modified', readonly document: Document }
  | { readonly kind: 'results', readonly page: Required<QueryResult> }
  | { readonly kind: 'value', readonly value: unknown }
  | { readonly kind: 'nothing' }

/** A document that was read or changed. */
export function documentOutcome (document: Document, created: boolean = false): Outcome {
  return { kind: 'document', document, created }
}
