import { idProblem, idRule } from '../crest/document-id.ts'
import { parameterNames, pathProblem } from '../declare/resource-path.ts'
import { BadRequest } from '../errors.ts'
import { collectionPath } from '../operations/collection-path.ts'

/** A query string, as names and values; undefined values are left out. */
export type QueryString = ReadonlyArray<readonly [name: string, value: string | undefined]>

/** The path of a resource, or of the document with an id in it, below the base URL. */
export type Address = (params: Readonly<Record<string, string>> | undefined, id?: string) => string

/**
 * The addresses below the path of a resource, as `app.resource` declares it.
 *
 * @throws TypeError for what can be no such path
 */
export function addressesOf (path: string): Address {
  const problem = pathProblem(path)
  if (problem !== undefined) throw new TypeError(`The path of a resource ${problem}`)
  const names = parameterNames(path)
  return (params = {}, id) => {
    for (const name of names) {
      if (typeof params[name] !== 'string' || idProblem(params[name]) !== undefined) throw new BadRequest(`params.${name} is missing or no id`)
    }
    if (id === undefined) return collectionPath(path, params)
    // Sent, an empty id would name the collection, and `..` what lies above it.
    if (idProblem(id) !== undefined) throw new BadRequest(idRule())
    return `${collectionPath(path, params)}/${encodeURIComponent(id)}`
  }
}

/** The address with a query string where there is something in it. */
export function withQuery (address: string, query: QueryString): string {
  const text = query.flatMap(([name, value]) => value === undefined ? [] : [`${encode(name)}=${encode(value)}`]).join('&')
  return text === '' ? address : `${address}?${text}`
}

function encode (text: string): string {
  try {
    return encodeURIComponent(text)
  } catch (cause) {
    throw new BadRequest(`${JSON.stringify(text)} is no well-formed text`, { cause })
  }
}
