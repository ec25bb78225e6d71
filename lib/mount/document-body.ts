import { projectFields } from '../crest/fields.ts'
import type { Document, QueryResult } from '../declare/provider.ts'
import type { Ask } from '../decision/ask.ts'
import { textOf } from '../operations/document-text.ts'
import type { TextualDocument } from '../operations/document-text.ts'

/** How a body is written: projected by `_fields`, and indented where `_prettyPrint` asks for it. */
export type BodyStyle = Pick<Ask, 'fields' | 'prettyPrint'> & { readonly singleton: boolean }

/**
 * The JSON of a document: `_id` and `_rev` first whatever `_fields` says, and never those of the content
 * (Common REST, representation of resources). A singleton shows no `_id` (ruling R4).
 */
export function documentBody (document: Document, style: BodyStyle): string {
  return indented(compactBody(document, style), style.prettyPrint)
}

function compactBody (document: Document, { fields, singleton }: BodyStyle): string {
  const { id, revision } = document
  const head = singleton ? `"_rev":${quoted(revision)}` : `"_id":${quoted(id)},"_rev":${quoted(revision)}`
  const tail = contentText(document, fields)
  return tail === '{}' ? `{${head}}` : `{${head},${tail.slice(1)}`
}

/** The JSON of a text. Most ids and revisions have nothing to escape, which is found out sooner than escaped. */
function quoted (text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}

const plain = /^[\w.~:/-]*$/

function contentText (document: TextualDocument, fields: BodyStyle['fields']): string {
  const text = textOf(document)
  // Members of these names deep inside cost a parse; on top they are not to be sent twice. Sought from the underscore on, which is rare in a text.
  if (text !== undefined && fields === undefined && !text.includes('_id"') && !text.includes('_rev"')) return text
  const content = fields === undefined ? document.content : projectFields(fields, document.content)
  if (!Object.hasOwn(content, '_id') && !Object.hasOwn(content, '_rev')) return JSON.stringify(content)
  const { _id, _rev, ...members } = content
  return JSON.stringify(members)
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
