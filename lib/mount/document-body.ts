import { projectFields } from '../crest/fields.ts'
import type { Document, QueryResult } from '../declare/provider.ts'
import type { Ask } from '../decision/ask.ts'

/** How a body is written: projected by `_fields`, and indented where `_prettyPrint` asks for it. */
export type BodyStyle = Pick<Ask, 'fields' | 'prettyPrint'> & { readonly singleton: boolean }

/**
 * The JSON of a document: `_id` and `_rev` first whatever `_fields` says, and never those of the content
 * (Common REST, representation of resources). A singleton shows no `_id` (ruling R4).
 */
export function documentBody (document: Document, style: BodyStyle): string {
  return indented(compactBody(document, style), style.prettyPrint)
}

function compactBody ({ id, revision, content }: Document, { fields, singleton }: BodyStyle): string {
  const { _id, _rev, ...members } = fields === undefined ? content : projectFields(fields, content)
  const head = singleton ? `"_rev":${JSON.stringify(revision)}` : `"_id":${JSON.stringify(id)},"_rev":${JSON.stringify(revision)}`
  const tail = JSON.stringify(members)
  return tail === '{}' ? `{${head}}` : `{${head},${tail.slice(1)}`
}

/** The JSON of a page of query results, all six members always present (Common REST, query response). */
export function pageBody ({ results, cookie, policy, total }: Required<QueryResult>, style: BodyStyle): string {
  const tail = JSON.stringify({
    resultCount: results.length,
    pagedResultsCookie: cookie,
    totalPagedResultsPolicy: policy,
    totalPagedResults: total,
    remainingPagedResults: -1
  })
  const elements = results.map((document) => compactBody(document, style)).join(',')
  return indented(`{"result":[${elements}],${tail.slice(1)}`, style.prettyPrint)
}

/** The JSON of the result of an action. */
export function valueBody (value: unknown, prettyPrint: boolean): string {
  return JSON.stringify(value, null, prettyPrint ? 2 : 0) ?? 'null'
}

function indented (json: string, prettyPrint: boolean): string {
  return prettyPrint ? JSON.stringify(JSON.parse(json), null, 2) : json
}
