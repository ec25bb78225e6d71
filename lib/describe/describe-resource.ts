import { formatVersion } from '../crest/api-version.ts'
import type { Contract } from '../declare/contract.ts'
import type { Resource } from '../declare/resource.ts'
import { describeContent } from './content-schemas.ts'
import type { ContentSchemas } from './content-schemas.ts'
import { actionsAt, describedOperations, targetsOf } from './described-operation.ts'
import type { DescribedOperation } from './described-operation.ts'
import { requestBody } from './describe-content.ts'
import type { ContentContext } from './describe-content.ts'
import { operationParameters, pathParameters } from './describe-parameters.ts'
import { responsesOf } from './describe-responses.ts'
import type { Components } from './openapi-components.ts'
import { operationId, pathTemplate, summaryOf } from './openapi-names.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject, PathItem, Reference } from './openapi-types.ts'

/** A resource in a document, beside its components. */
export interface ResourceDescription {
  readonly tag: ApiObject
  /** The path items of its targets, by path template. */
  readonly paths: ReadonlyMap<string, PathItem>
}

/** @param name what the resource is called in operation ids and names of components */
export function describeResource (resource: Resource, name: string, components: Components): ResourceDescription {
  const known = new Map<object, ContentSchemas>()
  const isVersioned = new Set(resource.contracts.map(({ schema }) => schema)).size > 1
  const contentOf = (contract: Contract): ContentSchemas => {
    const key = isVersioned ? contract : contract.schema
    const schemas = known.get(key) ?? describeContent(resource, contract, name, isVersioned, components)
    known.set(key, schemas)
    return schemas
  }
  const context: ContentContext = { name, contentOf, components }
  const security = securityOf(resource, components)
  const paths = targetsOf(resource).map((target): [string, PathItem] => {
    const parameters = pathParameters({ resource, target }, components)
    const operations = describedOperations(resource, target).map((operation): [string, ApiObject] =>
      [operation.method.toLowerCase(), toOperation(operation, name, context, security)])
    return [pathTemplate(resource.path, target), { ...(parameters.length === 0 ? {} : { parameters }), ...Object.fromEntries(operations) }]
  })
  const { description } = resource.latest.schema as ApiObject
  return { tag: defined({ name: resource.path, description }), paths: new Map(paths) }
}

function toOperation (operation: DescribedOperation, name: string, context: ContentContext, security: readonly ApiObject[] | undefined): ApiObject {
  const { resource, target, method, contracts } = operation
  return defined({
    operationId: operationId(name, target, method, resource.operations),
    tags: [resource.path],
    summary: summaryOf(resource.path, target, method, resource.operations),
    description: descriptionOf(operation),
    deprecated: method !== 'OPTIONS' && contracts.every(isDeprecated) ? true : undefined,
    parameters: operationParameters(operation, context.components),
    requestBody: requestBody(operation, context),
    responses: responsesOf(operation, context),
    // A preflight carries no credentials.
    security: security === undefined || method !== 'OPTIONS' ? security : []
  })
}

function isDeprecated ({ schema, notices }: Contract): boolean {
  return notices['deprecation'] !== undefined || (schema as ApiObject)['deprecated'] === true
}

function descriptionOf (operation: DescribedOperation): string | undefined {
  const { contracts, method } = operation
  const paragraphs = [
    ...(method === 'POST' ? [actionsText(operation)] : []),
    ...(method !== 'OPTIONS' && contracts.some(({ version }) => version !== undefined) ? [`Versions:\n${contracts.map(versionText).join('\n')}`] : [])
  ]
  return paragraphs.length === 0 ? undefined : paragraphs.join('\n\n')
}

/** What a POST does, by `_action`. */
function actionsText ({ contracts, target, does }: DescribedOperation): string {
  const actions = new Map(contracts.flatMap((contract) => actionsAt(contract, target)))
  const lines = [...actions].map(([name, { content, result }]) => {
    const texts = [textOf(content), textOf(result) === undefined ? undefined : `Result: ${textOf(result)}`].filter((text) => text !== undefined)
    return `- \`_action=${name}\`${texts.length === 0 ? '' : `: ${texts.join(' ')}`}`
  })
  return [...(does.has('create') ? ['- without `_action`, or `_action=create`: creates a document'] : []), ...lines].join('\n')
}

/** What a schema says of itself to readers. */
function textOf (schema: object | undefined): string | undefined {
  const { title, description } = (schema ?? {}) as ApiObject
  const texts = [title, description].filter((text) => typeof text === 'string')
  return texts.length === 0 ? undefined : texts.join('. ')
}

function versionText ({ version, notices: { deprecation, sunset } }: Contract): string {
  const notes = [
    // RFC 9745: seconds behind an @.
    ...(deprecation === undefined ? [] : [`deprecated since ${new Date(Number(deprecation.slice(1)) * 1000).toISOString()}`]),
    ...(sunset === undefined ? [] : [`until ${sunset}`])
  ]
  return `- ${version === undefined ? '' : formatVersion(version)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`
}

/** Where callers are authenticated: by what the challenge names. Undefined where anybody may ask. */
function securityOf ({ authenticate, challenge }: Resource, components: Components): readonly ApiObject[] | undefined {
  if (authenticate === undefined) return undefined
  const [scheme = 'Bearer'] = challenge.trim().split(/[\s,]/, 1)
  const reference: Reference = components.share('securitySchemes', scheme, { type: 'http', scheme: scheme.toLowerCase(), description: `What the challenge \`${challenge}\` asks for.` })
  return [{ [reference.$ref.split('/').at(-1) as string]: [] }]
}
