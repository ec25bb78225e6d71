import type { ApiObject, OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import type { WireRequest, WireResponse } from '../conformance/request.ts'
import { judgeOf, resolve } from './documents.ts'
import type { AnyApi } from './documents.ts'

/** What every answer has that says nothing of the API: that of the message and its connection. */
const ofMessage: ReadonlySet<string> = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'])

/** What answers for a method that is no operation of its path, and for a path that is none: rows 1 to 7. */
const beforeOperations: readonly number[] = [400, 404, 405, 501, 503]

/** Compares exchanges with a document. */
export interface Documentation {
  /** The path template and the operation of a request; undefined where the document has none. */
  readonly operationOf: (request: WireRequest) => { readonly path: string, readonly operation: AnyApi } | undefined
  /** What of an answer is not as the document says. */
  readonly undocumented: (request: WireRequest, response: WireResponse) => readonly string[]
}

/** Reads a document as a client does, that has nothing else to know the API by. */
export function readDocumentation (document: OpenApiDocument): Documentation {
  const judge = judgeOf(document)
  const templates = Object.keys(document.paths).map((path) => ({ path, pattern: new RegExp(`^${path.replace(/[.+*?$()]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`) }))

  const operationOf: Documentation['operationOf'] = ({ method, url, headers }) => {
    const path = (url.split('?')[0] as string).replace(/\/$/, '')
    // A literal segment goes before a parameter.
    const found = templates.filter(({ pattern }) => pattern.test(path)).sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
    const override = headers['x-http-method-override']
    const effective = method === 'POST' && override !== undefined && override !== '' ? override : method
    const operation = found === undefined ? undefined : document.paths[found.path]?.[effective.toLowerCase()]
    return found === undefined || operation === undefined ? undefined : { path: found.path, operation: operation as AnyApi }
  }

  const undocumented: Documentation['undocumented'] = (request, response) => {
    const { status, headers, body } = response
    const found = operationOf(request)
    if (found === undefined) return beforeOperations.includes(status) ? [] : [`no operation, but ${status}`]
    const responses = found.operation['responses'] as unknown as ApiObject
    // Not `default`, which is for what handlers of the application throw.
    const described = responses[String(status)]
    if (described === undefined) return [`${status} is not documented`]
    const documented = resolve(document, described)
    return [
      ...Object.keys(headers).filter((name) => !ofMessage.has(name) && fieldOf(documented, name) === undefined).map((name) => `the field ${name} of a ${status} is not documented`),
      ...missingFields(documented, headers).map((name) => `a ${status} has no field ${name}`),
      ...contentFaults(request, headers, body, documented['content'] as unknown as ApiObject | undefined)
    ]
  }

  const missingFields = ({ headers = {} as AnyApi }: AnyApi, given: WireResponse['headers']): readonly string[] =>
    Object.entries(headers).filter(([name, field]) => Boolean(resolve(document, field)['required']) && given[name.toLowerCase()] === undefined).map(([name]) => name)

  const contentFaults = (request: WireRequest, headers: WireResponse['headers'], body: Buffer, content: ApiObject | undefined): readonly string[] => {
    const type = headers['content-type']?.split(';')[0]?.trim()
    if (request.method === 'HEAD') return content === undefined ? [] : ['a HEAD has content']
    if (body.length === 0) return content === undefined ? [] : ['there is no content']
    if (type === undefined || content === undefined) return ['the content is not documented']
    const media = (content[type] ?? content['*/*']) as AnyApi | undefined
    if (media === undefined) return [`the media type ${type} is not documented`]
    if (!/json$/.test(type)) return []
    const validate = judge(media['schema'] as object)
    const value: unknown = JSON.parse(body.toString('utf8'))
    return validate(value) ? [] : [`the content does not fit: ${JSON.stringify(validate.errors?.slice(0, 3))} ${JSON.stringify(value).slice(0, 300)}`]
  }

  return { operationOf, undocumented }
}

function fieldOf ({ headers = {} as AnyApi }: AnyApi, name: string): unknown {
  return Object.entries(headers).find(([documented]) => documented.toLowerCase() === name)
}
