import { formatVersion } from '../crest/api-version.ts'
import { formatJsonPointer } from '../crest/json-pointer.ts'
import type { OfferedOperation } from '../crest/patch-operation.ts'
import type { Action, Contract } from '../declare/contract.ts'
import { countPolicies } from '../declare/provider.ts'
import type { Resource } from '../declare/resource.ts'
import type { Method, TargetKind } from '../http/methods.ts'
import { annotated } from './content-schemas.ts'
import { answersOf } from './described-answers.ts'
import { actionsAt, describedOperations } from './described-operation.ts'
import { importSchema } from './import-schema.ts'
import { createComponents } from './openapi-components.ts'
import type { Components, GrowingComponents } from './openapi-components.ts'
import { resourceName } from './openapi-names.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject } from './openapi-types.ts'
import { projectionOf } from './partial-forms.ts'

/** The descriptor of an API in the format of Common REST 1.0.0 (`ApiDescription`). Plain JSON. */
export interface CrestDescriptor extends ApiObject {
  /** An `frapi:` URI. */
  readonly id: string
  /** The version of the API as a whole. */
  readonly version: string
  /** The schemas of contents, by name. */
  readonly definitions: Readonly<Record<string, ApiObject>>
  /** By path, relative to the path that was asked, and version; `0.0` is unversioned. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiObject>>>>
}

/** What a contract of a resource offers, with where its schemas are collected. */
interface Described {
  readonly resource: Resource
  readonly contract: Contract
  readonly components: Components
  /** How the descriptor refers to the schema of contents. */
  readonly schema: ApiObject
  /** That schema. */
  readonly content: ApiObject
}

/** How `frapi:common` calls the errors of a code. */
const errorNames: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  405: 'methodNotAllowed',
  406: 'notAcceptable',
  409: 'conflict',
  410: 'gone',
  412: 'preconditionFailed',
  415: 'unsupportedMediaType',
  428: 'preconditionRequired',
  500: 'internalServerError',
  501: 'notSupported',
  503: 'unavailable'
}

/** The operations of a patch, as the descriptor calls them. */
const patchOperations: Readonly<Record<OfferedOperation['kind'], string>> = {
  add: 'ADD', remove: 'REMOVE', replace: 'REPLACE', increment: 'INCREMENT', move: 'MOVE', copy: 'COPY'
}

/** The version of what has none, in `paths`. */
const unversioned = '0.0'

/**
 * Describes a resource in the format of Common REST, API descriptor 1.0.0: its schemas and what each version offers, with
 * the errors of every operation. Made from what OpenAPI is made from. The path of what was asked is the empty text.
 *
 * @example
 * describeCrest(notes).paths['']['0.0'].items.read
 */
export function describeCrest (resource: Resource): CrestDescriptor {
  const collected: GrowingComponents = {}
  const components = createComponents(collected)
  const { api: { title, version }, contracts } = resource
  const versions = contracts.map((contract): [string, ApiObject] =>
    [contract.version === undefined ? unversioned : formatVersion(contract.version), describeContract(resource, contract, components)])
  return {
    id: `frapi:${title.toLowerCase().match(/[a-z0-9]+/g)?.join('-') ?? 'api'}`,
    version,
    description: title,
    definitions: toDefinitions(collected.schemas ?? {}),
    paths: { '': Object.fromEntries(versions) }
  }
}

function describeContract (resource: Resource, contract: Contract, components: Components): ApiObject {
  const reference = referenceTo(resource, contract, components)
  const described: Described = {
    resource: { ...resource, contracts: [contract] },
    contract,
    components,
    schema: toDefinition(reference),
    content: components.find(String(reference['$ref'])) ?? {}
  }
  const { title, description } = contract.schema as ApiObject
  const top = resource.kind === 'singleton' ? describeSingleton(described) : describeCollection(described)
  return defined({
    title: typeof title === 'string' ? title : resource.path,
    description: typeof description === 'string' ? description : undefined,
    mvccSupported: true,
    resourceSchema: described.schema,
    parameters: resource.parameters.length === 0 ? undefined : resource.parameters.map(pathParameter),
    ...top
  })
}

function describeCollection (described: Described): ApiObject {
  const { operations } = described.contract
  const items = defined({
    create: operations.has('create') ? { mode: 'ID_FROM_CLIENT', ...common(described, 'instance', 'PUT') } : undefined,
    ...describeDocument(described, 'instance')
  })
  return {
    ...(operations.has('create') ? { create: { mode: 'ID_FROM_SERVER', ...common(described, 'collection', 'POST') } } : {}),
    ...(operations.has('query') ? { queries: describeQueries(described) } : {}),
    ...describeActions(described, 'collection'),
    ...(Object.keys(items).length === 0 ? {} : { items: { ...items, pathParameter: pathParameter('_id') } })
  }
}

function describeSingleton (described: Described): ApiObject {
  const creates = described.contract.operations.has('update') && described.resource.definition.initial === undefined
  return {
    ...(creates ? { create: { mode: 'ID_FROM_CLIENT', singleton: true, ...common(described, 'singleton', 'PUT') } } : {}),
    ...describeDocument(described, 'singleton')
  }
}

/** What can be done with a document. */
function describeDocument (described: Described, target: 'instance' | 'singleton'): ApiObject {
  const { operations } = described.contract
  return defined({
    read: operations.has('read') ? common(described, target, 'GET') : undefined,
    update: operations.has('update') ? common(described, target, 'PUT') : undefined,
    delete: operations.has('delete') ? common(described, target, 'DELETE') : undefined,
    patch: operations.has('patch') ? { operations: Object.values(patchOperations), ...common(described, target, 'PATCH') } : undefined,
    ...describeActions(described, target)
  })
}

function describeActions (described: Described, target: TargetKind): ApiObject {
  const actions = actionsAt(described.contract, target)
  return actions.length === 0 ? {} : { actions: actions.map(([name, action]) => describeAction(described, target, name, action)) }
}

function describeAction (described: Described, target: TargetKind, name: string, { content, result }: Action): ApiObject {
  const schema = (given: object | undefined, suffix: string): ApiObject | undefined =>
    given === undefined ? undefined : toDefinition(importSchema(given, `${resourceName(described.resource.path)}_${name}_${suffix}`, described.components).reference())
  return defined({
    name,
    request: schema(content, 'content'),
    response: schema(result, 'result') ?? {},
    ...common(described, target, 'POST')
  })
}

/** One by filter, and one for each name of a query. */
function describeQueries (described: Described): readonly ApiObject[] {
  const { resource } = described
  const shared = { supportedSortKeys: fieldsOf(described), pagingModes: ['COOKIE', 'OFFSET'], countPolicies, ...common(described, 'collection', 'GET') }
  return [
    { type: 'FILTER', queryableFields: fieldsOf(described), ...shared },
    ...[...resource.queries.keys()].map((queryId) => ({ type: 'ID', queryId, ...shared }))
  ]
}

/** By every member there is, where none is write-only. */
function fieldsOf ({ resource: { members: { writeOnly } }, content, components }: Described): readonly string[] {
  if (writeOnly.length === 0) return ['*']
  const hidden = new Set(writeOnly.map(formatJsonPointer))
  const { properties } = projectionOf(content, {}, components.find)
  return Object.keys(properties as ApiObject).map((name) => formatJsonPointer([name])).filter((pointer) => !hidden.has(pointer))
}

/** The members of every operation: with which errors it may be answered, and whether it is to be used any more. */
function common ({ resource, contract }: Described, target: TargetKind, method: Method): ApiObject {
  const operation = describedOperations(resource, target).find((described) => described.method === method)
  const statuses = operation === undefined ? [] : [...answersOf(operation).keys()]
  return {
    errors: statuses.flatMap((status) => errorNames[status] === undefined ? [] : [{ $ref: `frapi:common#/errors/${errorNames[status]}` }]),
    ...(contract.notices['deprecation'] === undefined ? {} : { stability: 'deprecated' })
  }
}

function pathParameter (name: string): ApiObject {
  return { name, type: 'string', source: 'PATH', required: true }
}

function referenceTo ({ members, path }: Resource, contract: Contract, components: Components): ApiObject {
  const suffix = contract.version === undefined ? '' : `_v${formatVersion(contract.version)}`
  const imported = importSchema(contract.schema, resourceName(path) + suffix, components, {
    key: '',
    annotate: (body) => annotated(annotated(body, members.readOnly, { readOnly: true }), members.writeOnly, { readPolicy: 'SERVER' })
  })
  return imported.reference()
}

function toDefinitions (schemas: Readonly<Record<string, ApiObject>>): Readonly<Record<string, ApiObject>> {
  return toDefinition(schemas) as Readonly<Record<string, ApiObject>>
}

/** References to components of OpenAPI, as references to definitions. */
function toDefinition<Value> (value: Value): Value {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === '$ref' && typeof member === 'string' ? member.replace(/^#\/components\/schemas\//, '#/definitions/') : member) as Value
}
