import type { Action, Contract } from '../declare/contract.ts'
import { contentTypesOf } from '../declare/resource.ts'
import type { StatusCode } from '../status.ts'
import type { JsonValue } from '../json.ts'
import { formatVersion } from '../crest/api-version.ts'
import type { ContentSchemas } from './content-schemas.ts'
import { actionsAt } from './described-operation.ts'
import type { DescribedOperation } from './described-operation.ts'
import { importSchema } from './import-schema.ts'
import type { Components } from './openapi-components.ts'
import { pascalCase } from './openapi-names.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject } from './openapi-types.ts'
import { patchSchema } from './patch-schemas.ts'
import { exampleIn } from './schema-examples.ts'

/** What the contents of a resource are described by. */
export interface ContentContext {
  /** The name of the resource in the names of components. */
  readonly name: string
  readonly contentOf: (contract: Contract) => ContentSchemas
  readonly components: Components
}

/** A content: its schema, and what an example of it is called. */
interface Alternative {
  readonly schema: ApiObject
  readonly example?: { readonly name: string, readonly value: unknown }
}

/** The content of the requests of an operation; undefined where it has none. */
export function requestBody (operation: DescribedOperation, context: ContentContext): ApiObject | undefined {
  const { resource, method, contracts, does } = operation
  const types = [...new Set(contracts.flatMap((contract) => contentTypesOf(resource, contract, method)))]
  if (types.length === 0) return undefined
  const content = types.map((type) => [type, type === 'multipart/form-data' ? { schema: form } : mediaOf(alternativesIn(operation, type, context))])
  return { ...(does.has('action') ? {} : { required: true }), content: Object.fromEntries(content) }
}

/** Common REST, multipart/form-data. */
const form: ApiObject = {
  type: 'object',
  description: 'The first part of type `application/json` is the content; a text `{ "$ref": "cid:part" }` in it stands for another part.',
  additionalProperties: true
}

function alternativesIn (operation: DescribedOperation, type: string, context: ContentContext): readonly Alternative[] {
  const { method, contracts, target } = operation
  return contracts.flatMap((contract) => {
    const schemas = context.contentOf(contract)
    if (method === 'PATCH') return contract.patchTypes.includes(type) ? [{ schema: patchSchema(type, operation.resource.limits.patchOperations, schemas.mergePatch, context.components) }] : []
    if (method === 'PUT') {
      return [contract.operations.has('update') || target === 'singleton'
        ? { schema: schemas.update(), ...exampleOf(contract, '', schemas.examples.update) }
        : { schema: schemas.create(), ...exampleOf(contract, '', schemas.examples.create) }]
    }
    const creates = operation.does.has('create') && contract.operations.has('create')
    return [
      ...(creates ? [{ schema: schemas.create(), ...exampleOf(contract, 'create', schemas.examples.create) }] : []),
      ...actionsAt(contract, target).map(([name, action]) => valueOf(action, 'content', name, contract, context))
    ]
  })
}

/** The content of the answer with which an operation succeeds; undefined where it has none. */
export function answerContent (operation: DescribedOperation, status: StatusCode, context: ContentContext): ApiObject | undefined {
  const { method, does } = operation
  if (method === 'HEAD' || status === 204 || status === 304) return undefined
  return {
    'application/json': mediaOf(answersIn(operation, status, context)),
    ...(does.has('read') ? { '*/*': { schema: { type: 'string', description: 'The member of the document that `_fields` names, where `_mimeType` asks for it.' } } } : {})
  }
}

function answersIn ({ contracts, target, does }: DescribedOperation, status: StatusCode, context: ContentContext): readonly Alternative[] {
  return contracts.flatMap((contract): readonly Alternative[] => {
    const schemas = context.contentOf(contract)
    if (does.has('query')) return [{ schema: schemas.page(), ...pageExample(contract, schemas) }]
    if (status === 200 && does.has('action')) return actionsAt(contract, target).map(([name, action]) => valueOf(action, 'result', name, contract, context))
    return [{ schema: schemas.answer(), ...exampleOf(contract, '', schemas.examples.document) }]
  })
}

function pageExample (contract: Contract, { examples: { document } }: ContentSchemas): Pick<Alternative, 'example'> {
  if (document === undefined) return {}
  return exampleOf(contract, '', { result: [document], resultCount: 1, pagedResultsCookie: null, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1 })
}

/** The content or the result of an action; any where its schema is not declared. */
function valueOf (action: Action, part: 'content' | 'result', name: string, contract: Contract, { name: resourceName, components }: ContentContext): Alternative {
  const declared = action[part]
  if (declared === undefined) return { schema: {} }
  const imported = importSchema(declared, `${resourceName}${pascalCase(name)}${pascalCase(part)}`, components)
  const schema = imported.reference()
  const told = exampleIn(schema, components.find)
  const check = part === 'content' ? action.checkContent : action.checkResult
  return { schema, ...exampleOf(contract, name, fits(check, told) ? told : undefined) }
}

function fits (check: ((value: JsonValue) => void) | undefined, value: unknown): boolean {
  if (value === undefined) return false
  try {
    check?.(structuredClone(value) as JsonValue)
    return true
  } catch {
    return false
  }
}

function exampleOf ({ version }: Contract, name: string, value: unknown): Pick<Alternative, 'example'> {
  if (value === undefined) return {}
  return { example: { name: [name, version === undefined ? '' : `v${formatVersion(version)}`].filter((part) => part !== '').join('_') || 'declared', value } }
}

/** One schema, or any of several. */
function mediaOf (alternatives: readonly Alternative[]): ApiObject {
  const schemas = new Map(alternatives.map(({ schema }) => [JSON.stringify(schema), schema]))
  const [first = {}, ...others] = schemas.values()
  const examples = alternatives.flatMap(({ example }) => example === undefined ? [] : [[example.name, { value: example.value }] as const])
  return defined({
    // What takes anything takes all others.
    schema: schemas.has('{}') ? {} : others.length === 0 ? first : { anyOf: [...schemas.values()] },
    examples: examples.length === 0 ? undefined : Object.fromEntries(examples)
  })
}
