import { formatVersion, protocolVersions } from '../crest/api-version.ts'
import { countPolicies } from '../declare/provider.ts'
import { isJsonObject } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import { idSchema } from './content-schemas.ts'
import { actionsAt, writes } from './described-operation.ts'
import type { DescribedOperation } from './described-operation.ts'
import { importSchema } from './import-schema.ts'
import type { Components } from './openapi-components.ts'
import { resourceName } from './openapi-names.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject, Reference } from './openapi-types.ts'

const largestCount = 2 ** 31 - 1

/** Parameters that are the same in all operations which have them, by the names of their components. */
const shared: Readonly<Record<string, ApiObject>> = {
  Fields: list('_fields', 'The members of the content that the answer is to have, as JSON pointers; default all. `_id` and `_rev` are always there.', '/name'),
  PrettyPrint: query('_prettyPrint', 'Whether the answer is indented.', { type: 'boolean', default: false }),
  MimeType: query('_mimeType', 'Answers the one member that `_fields` names as content of this media type: a text as it is, or the bytes that it holds in base64.', { type: 'string', examples: ['image/png'] }),
  QueryFilter: query('_queryFilter', 'Which documents: a Common REST filter expression; default all. Not together with `_queryId`.', { type: 'string', examples: ['true', 'age gt 18 and name sw "A"'] }),
  SortKeys: list('_sortKeys', 'The order of the documents: JSON pointers, the primary key first, `-` before one for descending.', '-/name'),
  PageSize: query('_pageSize', 'At most so many documents; 0 leaves it to the server.', { type: 'integer', minimum: 0, maximum: largestCount }),
  PagedResultsCookie: query('_pagedResultsCookie', 'The `pagedResultsCookie` of the page before.', { type: 'string' }),
  PagedResultsOffset: query('_pagedResultsOffset', 'How many documents to skip. Not together with a cookie.', { type: 'integer', minimum: 0, maximum: largestCount }),
  TotalPagedResultsPolicy: query('_totalPagedResultsPolicy', 'Whether all documents that match are counted.', { type: 'string', enum: countPolicies, default: 'NONE' }),
  // Pages send what is said to be the default, and below that protocol version the parameter is not known.
  CountOnly: query('_countOnly', 'Answers only the number of documents; needs `_queryFilter` or `_queryId` and protocol version 2.2, and none of the parameters that say which documents to show.', { type: 'boolean' }),
  IfMatch: header('If-Match', 'The entity tag, or several, that the document must have: otherwise 412. `*` is any.', { examples: ['"1"'] }),
  IfMatchRequired: { ...header('If-Match', 'The entity tag of the revision that is changed: another one is 412, none 428. `*` is any.', { examples: ['"1"'] }), required: true },
  IfMatchOrCreate: header('If-Match', 'The entity tag of the revision that is changed: another one is 412. Without it, or `If-None-Match: *` to create, 428.', { examples: ['"1"'] }),
  IfMatchCollection: header('If-Match', 'A collection has no revision: anything but `*` is 412.', { examples: ['*'] }),
  IfNoneMatch: header('If-None-Match', 'The entity tags that the document must not have, `*` is any: otherwise 412.', { examples: ['*'] }),
  IfNoneMatchRead: header('If-None-Match', 'The entity tags that are known, `*` is any: 304 where the answer has one of them.', { examples: ['"1"'] }),
  IfNoneMatchCreate: header('If-None-Match', '`*` creates: 412 where the document exists.', { examples: ['*'] }),
  Prefer: header('Prefer', '`return=minimal` answers only `_id` and `_rev` (RFC 7240).', { examples: ['return=minimal'] }),
  TransactionId: header('X-ForgeRock-TransactionId', 'The id of the exchange in logs; default a new one.', {})
}

const queryParameters = ['QueryFilter', 'SortKeys', 'PageSize', 'PagedResultsCookie', 'PagedResultsOffset', 'TotalPagedResultsPolicy', 'CountOnly'] as const

function idParameter (idLength: number): ApiObject {
  return { name: '_id', in: 'path', required: true, description: 'The id of the document.', schema: idSchema(idLength) }
}

/** The parameters of the path of a target: those of the resource, and the id of an instance. */
export function pathParameters ({ resource, target }: Pick<DescribedOperation, 'resource' | 'target'>, components: Components): readonly ApiObject[] {
  const { paramsSchema } = resource.definition
  const body = paramsSchema === undefined || resource.parameters.length === 0
    ? {}
    : importSchema(paramsSchema, `${resourceName(resource.path)}Parameters`, components).body()
  const known = isJsonObject(body['properties']) ? body['properties'] : {}
  const declared = resource.parameters.map((name) => {
    const given = known[name]
    return { name, in: 'path', required: true, schema: isJsonObject(given) ? given : idSchema(defaultLimits.idLength) }
  })
  return target === 'instance' ? [...declared, components.share('parameters', 'Id', idParameter(resource.limits.idLength))] : declared
}

/** The query parameters and request header fields of an operation: what row 11 defines for it, and what rows 10 to 22 read. */
export function operationParameters (operation: DescribedOperation, components: Components): readonly ApiObject[] {
  const { resource, method, does } = operation
  if (method === 'OPTIONS') return [share('TransactionId', components)]
  return [
    ...(does.has('query') ? [...named(operation), ...queryParameters.map((name) => share(name, components))] : []),
    ...(method === 'POST' ? [actionParameter(operation)] : []),
    share('Fields', components),
    share('PrettyPrint', components),
    ...(does.has('read') ? [share('MimeType', components)] : []),
    ...conditions(operation).map((name) => share(name, components)),
    versionParameter(operation, components),
    ...(resource.prefer && writes(operation) ? [share('Prefer', components)] : []),
    share('TransactionId', components)
  ]
}

function named ({ resource }: DescribedOperation): readonly ApiObject[] {
  const names = [...resource.queries.keys()]
  if (names.length === 0) return []
  return [query('_queryId', 'A query that is known by name, instead of `_queryFilter`. What it needs to know are parameters of its own.', { type: 'string', enum: names })]
}

/** Required where a POST can only be an action. */
function actionParameter ({ contracts, target, does }: DescribedOperation): ApiObject {
  const names = new Set(contracts.flatMap((contract) => actionsAt(contract, target).map(([name]) => name)))
  const creates = does.has('create')
  return {
    ...query('_action', creates ? 'What to do; default `create`.' : 'What to do.', defined({ type: 'string', enum: [...(creates ? ['create'] : []), ...names], default: creates ? 'create' : undefined })),
    ...(creates ? {} : { required: true })
  }
}

/** Row 15 (decision order 3.4): a PUT that may create is also satisfied by `If-None-Match: *`. */
function conditions ({ resource: { revisionRequired }, target, method, does, contracts }: DescribedOperation): ReadonlyArray<keyof typeof shared & string> {
  if (target === 'collection') return ['IfMatchCollection', method === 'POST' ? 'IfNoneMatch' : 'IfNoneMatchRead']
  if (method === 'GET' || method === 'HEAD') return ['IfMatch', 'IfNoneMatchRead']
  if (method === 'POST' || !revisionRequired) return ['IfMatch', method === 'PUT' && (does.has('create') || target === 'singleton') ? 'IfNoneMatchCreate' : 'IfNoneMatch']
  if (method !== 'PUT') return ['IfMatchRequired', 'IfNoneMatch']
  if (!does.has('update')) return ['IfMatch', 'IfNoneMatchCreate']
  const mayCreate = target === 'singleton' || contracts.some(({ operations }) => operations.has('create'))
  return mayCreate ? ['IfMatchOrCreate', 'IfNoneMatchCreate'] : ['IfMatchRequired', 'IfNoneMatch']
}

function versionParameter ({ resource: { versions, defaultVersion } }: DescribedOperation, components: Components): ApiObject {
  const protocols = protocolVersions.map(formatVersion)
  const protocol = 'protocol=\\d+(\\.\\d+)?'
  const texts = versions.map(formatVersion)
  if (texts.length === 0) {
    return components.share('parameters', 'AcceptApiVersion', header('Accept-API-Version', `The protocol version: ${listed(protocols)}; default 2.1.`, { pattern: `^(${protocol})?$`, examples: ['protocol=2.1'] }))
  }
  const resource = `resource=(${texts.map((text) => text.replace(/\./g, '\\.').replace(/\\\.0$/, '(\\.0)?')).join('|')})`
  const isRequired = defaultVersion === 'none'
  const pattern = isRequired ? `^(${protocol},)?${resource}$|^${resource},${protocol}$` : `^(${protocol})?$|^(${protocol},)?${resource}$|^${resource},${protocol}$`
  const fallback = isRequired ? '' : `; default ${defaultVersion === 'oldest' ? texts[0] : texts.at(-1)}`
  return components.share('parameters', 'AcceptApiVersion', {
    ...header('Accept-API-Version', `The version of the resource: ${listed(texts)}${fallback}. And that of the protocol: ${listed(protocols)}; default 2.1.`, { pattern, examples: [`protocol=2.1,resource=${texts.at(-1)}`] }),
    ...(isRequired ? { required: true } : {})
  })
}

function share (name: string, components: Components): Reference {
  return components.share('parameters', name, shared[name] as ApiObject)
}

function listed (texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ')
}

function query (name: string, description: string, schema: ApiObject): ApiObject {
  return { name, in: 'query', description, schema }
}

/** A comma list; given several times it adds up. */
function list (name: string, description: string, example: string): ApiObject {
  return { ...query(name, description, { type: 'array', items: { type: 'string' }, examples: [[example]] }), style: 'form', explode: false }
}

function header (name: string, description: string, schema: ApiObject): ApiObject {
  return { name, in: 'header', description, schema: { type: 'string', ...schema } }
}
