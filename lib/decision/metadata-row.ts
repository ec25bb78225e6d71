import { compareVersions } from '../crest/api-version.ts'
import { idProblem, idRule } from '../crest/document-id.ts'
import { parseFields } from '../crest/fields.ts'
import { excerpt, quoted } from '../crest/json-content.ts'
import { formatJsonPointer } from '../crest/json-pointer.ts'
import { touchesMember } from '../crest/member-rules.ts'
import { parseMimeType, singleField } from '../crest/mime-type.ts'
import type { RawParameter } from '../crest/parameters.ts'
import { filterPointers } from '../crest/query-filter.ts'
import { BadRequest } from '../errors.ts'
import { parseTagCondition } from '../http/entity-tag.ts'
import type { TagCondition } from '../http/entity-tag.ts'
import { find, refuse } from './answer.ts'
import type { Verdict } from './answer.ts'
import { isTrusted } from './ask.ts'
import type { Ask, AskField, AskQuery, Operation } from './ask.ts'
import { readQueryParameters } from './query-parameters.ts'

/** The reserved parameters that each operation defines, lower case, beside those of every operation. */
const defined: Readonly<Record<Operation, readonly string[]>> = {
  query: ['_queryfilter', '_queryid', '_queryexpression', '_sortkeys', '_pagesize', '_pagedresultscookie', '_pagedresultsoffset', '_totalpagedresultspolicy', '_countonly'],
  read: ['_mimetype'],
  create: [],
  update: [],
  upsert: [],
  patch: [],
  delete: [],
  action: [],
  describe: []
}
const always: readonly string[] = ['_fields', '_prettyprint']
const selectors: readonly string[] = ['_queryfilter', '_queryid', '_queryexpression']
const accumulating: readonly string[] = ['_fields', '_sortkeys']
/** Also where an action takes them: only names of its own may repeat. */
const singleValued: ReadonlySet<string> = new Set(
  ['_action', ...always, ...Object.values(defined).flat()].filter((name) => !accumulating.includes(name))
)
const postWithoutAction = { major: 2, minor: 1 }
/** The first protocol version that knows `_countOnly`. */
const countOnly = { major: 2, minor: 2 }

/** Row 11. What cannot be read must never be treated as absent (decision order 3.5 and 3.8). */
export function metadataIsReadable (ask: Ask): Verdict {
  if (ask.operation === 'describe') return descriptionIsReadable(ask)
  const problem = idIsMalformed(ask) ?? parameterProblem(ask) ?? actionProblem(ask)
  if (problem !== undefined) return refuse(() => new BadRequest(problem))
  const { operation, reserved, headers } = ask
  // Nothing to be read, as in most requests, or no more than conditions: of all else the facts begin with what holds.
  const hasParameters = reserved.size > 0 || operation === 'query'
  if (!hasParameters && headers.ifMatch === undefined && headers.ifNoneMatch === undefined) return undefined
  try {
    const ifMatch = readCondition('If-Match', headers.ifMatch)
    const ifNoneMatch = readCondition('If-None-Match', headers.ifNoneMatch)
    return find(!hasParameters
      ? { ifMatch, ifNoneMatch }
      : {
          ifMatch,
          ifNoneMatch,
          fields: parseFields(reserved.get('_fields')?.map((parameter) => parameter.value) ?? [], ask.resource.limits.fields),
          prettyPrint: reserved.get('_prettyprint')?.[0]?.value.toLowerCase() === 'true',
          query: operation === 'query' ? readQuery(ask) : undefined,
          field: readField(ask)
        })
  } catch (error) {
    if (error instanceof BadRequest) return refuse(error)
    throw error
  }
}

function readQuery (ask: Ask): AskQuery {
  const query = readQueryParameters(ask.reserved, ask.resource.limits)
  refuseSecretReads(ask, query)
  return query
}

/** Filters and orders over members that are never shown would tell what they hold. */
export function refuseSecretReads (ask: Ask, { filter, sortKeys }: AskQuery): void {
  const { resource: { members: { writeOnly } } } = ask
  if (writeOnly.length === 0 || isTrusted(ask)) return
  const secret = [...filterPointers(filter), ...sortKeys.map(({ pointer }) => pointer)].find((pointer) => touchesMember(pointer, writeOnly))
  if (secret !== undefined) throw new BadRequest(`The member ${JSON.stringify(excerpt(formatJsonPointer(secret)))} is write-only, so nothing can be filtered or sorted by it`)
}

/** `_mimeType` with exactly one field (Common REST, read); without a value it counts as absent. */
function readField ({ operation, reserved }: Ask): AskField | undefined {
  const value = reserved.get('_mimetype')?.[0]?.value ?? ''
  if (operation !== 'read' || value === '') return undefined
  const mimeType = parseMimeType(value)
  if (mimeType === undefined) throw new BadRequest('_mimeType must be one media type, such as image/png')
  const pointer = singleField(reserved.get('_fields')?.map((parameter) => parameter.value) ?? [])
  if (pointer === undefined) throw new BadRequest('_mimeType needs _fields with exactly one field')
  return { pointer, mimeType }
}

/** Beside a description everything but a query selector is ignored, also conditions that cannot be read (ruling R14). */
function descriptionIsReadable (ask: Ask): Verdict {
  const problem = idIsMalformed(ask) ?? descriptionProblem(ask)
  if (problem !== undefined) return refuse(() => new BadRequest(problem))
  const { ifNoneMatch: field } = ask.headers
  const ifNoneMatch = field === undefined ? undefined : parseTagCondition(field)
  return find({ ifNoneMatch: ifNoneMatch?.kind === 'malformed' ? undefined : ifNoneMatch })
}

function descriptionProblem ({ reserved }: Ask): string | undefined {
  for (const [name, given] of reserved) {
    if (!areDecodable(given)) return notDecodable(given)
    if (selectors.includes(name)) return `The parameter ${shown(given)} cannot be combined with a description of the API`
  }
  return undefined
}

function areDecodable (given: readonly RawParameter[]): boolean {
  return given.every((parameter) => parameter.decodable)
}

function notDecodable (given: readonly RawParameter[]): string {
  return `The parameter ${shown(given)} is not percent-encoded UTF-8`
}

function shown ([first]: readonly RawParameter[]): string {
  return quoted(first?.name ?? '')
}

function idIsMalformed ({ id, params, target, resource: { limits: { idLength } } }: Ask): string | undefined {
  if (target === 'instance' && id !== undefined && idProblem(id, idLength) !== undefined) return idRule(idLength)
  // Those of other collections, which have limits of their own.
  for (const name in params) if (idProblem(params[name] as string) !== undefined) return idRule()
  return undefined
}

function parameterProblem (ask: Ask): string | undefined {
  const { limits: { parameters } } = ask.resource
  if (ask.parameterCount > parameters) return `The query string has more than ${parameters} parameters`
  for (const [name, given] of ask.reserved) {
    if (!areDecodable(given)) return notDecodable(given)
    const known = isDefined(ask, name)
    if (!known && (ask.operation !== 'action' || name === '_mimetype' || ask.action === undefined)) return `The parameter ${shown(given)} is not defined for ${ask.operation}`
    if (given.length > 1 && singleValued.has(name)) return `The parameter ${shown(given)} is given more than once`
  }
  return undefined
}

function isDefined ({ operation, method, protocol }: Ask, name: string): boolean {
  if (name === '_action') return method === 'POST'
  if (name === '_countonly' && compareVersions(protocol, countOnly) < 0) return false
  return always.includes(name) || defined[operation].includes(name)
}

/** A POST names an action, or creates: on a collection, from protocol 2.1 on also without `_action`. */
function actionProblem ({ method, operation, action, target, reserved, protocol }: Ask): string | undefined {
  if (method !== 'POST') return undefined
  if (operation === 'action') {
    if (action === undefined) return 'POST on an instance or singleton must name an _action'
    return action.toLowerCase() === 'create' ? `_action=create is for collections, and this is the ${target} of one` : undefined
  }
  const named = reserved.has('_action')
  return !named && compareVersions(protocol, postWithoutAction) < 0 ? 'Below protocol version 2.1 POST must name an _action' : undefined
}

/** What `If-Match` or `If-None-Match` says; `BadRequest` where it is malformed (RFC 9110 sections 13.1.1 and 13.1.2). */
export function readCondition (name: string, field: string | undefined): TagCondition | undefined {
  if (field === undefined) return undefined
  const condition = parseTagCondition(field)
  if (condition.kind === 'malformed') throw new BadRequest(`${name} is malformed: ${condition.reason}`)
  return condition
}
