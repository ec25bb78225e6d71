import { NotAcceptable, UnsupportedMediaType } from '../errors.ts'
import { contentTypesOf } from '../declare/resource.ts'
import { accepts } from '../http/accept.ts'
import { isSupportedContentType } from '../http/content-type.ts'
import { refuse } from './answer.ts'
import type { AnswerHeaders, Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

const answered = 'application/json'

/** The field that tells what content a method takes (RFC 9110 section 15.5.16; RFC 5789 section 3.1). */
export const hintField: ReadonlyMap<string, string> = new Map([['POST', 'accept-post'], ['PUT', 'accept'], ['PATCH', 'accept-patch']])

/** Row 13. Whether any answer could be given; it must precede side effects. */
export function answerIsAcceptable ({ headers, field }: Ask): Verdict {
  if (field === undefined && accepts(headers.accept, answered)) return undefined
  // What `_mimeType` names is declared by naming it; clients of Common REST that ask for it accept JSON as ever.
  const available = field === undefined || field.mimeType === answered ? [answered] : [field.mimeType, answered]
  return available.some((type) => accepts(headers.accept, type))
    ? undefined
    : refuse(() => new NotAcceptable(`Only ${available.join(' and ')} ${available.length > 1 ? 'are' : 'is'} available`, { detail: { available } }))
}

/** Row 14. The format is a property of the resource and the method; the content itself is not read yet. */
export function contentTypeIsSupported ({ resource, contract, method, headers, hasContent }: Ask): Verdict {
  const supported = contentTypesOf(resource, contract, method)
  if (supported.length === 0) return undefined
  const { contentType, contentEncoding } = headers
  if (contentType === undefined ? hasContent : !isSupportedContentType(contentType, supported)) {
    const problem = contentType === undefined ? 'The content has no Content-Type' : 'The Content-Type is not supported'
    return refuse(() => new UnsupportedMediaType(`${problem}; supported is ${supported.join(', ')}`), hintOf(method, supported))
  }
  if (hasContent && !isIdentity(contentEncoding)) {
    return refuse(() => new UnsupportedMediaType('The Content-Encoding is not supported; only identity is'), { ...hintOf(method, supported), 'accept-encoding': 'identity' })
  }
  return undefined
}

function hintOf (method: string, supported: readonly string[]): AnswerHeaders {
  return { [hintField.get(method) as string]: supported.join(', ') }
}

function isIdentity (coding: string | undefined): boolean {
  return coding === undefined || coding.split(',').every((name) => ['', 'identity'].includes(name.trim().toLowerCase()))
}
