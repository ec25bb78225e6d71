import type { JsonPointer } from '../crest/json-pointer.ts'
import { hideMembers } from '../crest/member-rules.ts'
import { formatVersion } from '../crest/api-version.ts'
import type { Contract } from '../declare/contract.ts'
import { countPolicies } from '../declare/provider.ts'
import type { Resource } from '../declare/resource.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { importSchema } from './import-schema.ts'
import type { Components } from './openapi-components.ts'
import type { ApiObject } from './openapi-types.ts'
import { mergePatchOf, projectionOf } from './partial-forms.ts'
import { exampleIn } from './schema-examples.ts'
import { formOf } from './schema-forms.ts'
import type { FormRules } from './schema-forms.ts'

/** The forms in which the content of one API version is sent, each a component that is made where it is asked for. */
export interface ContentSchemas {
  /** What a read or a write answers: the document, or what `_fields` has left of it. */
  readonly answer: () => ApiObject
  /** What a query answers. */
  readonly page: () => ApiObject
  /** The content of a create. */
  readonly create: () => ApiObject
  /** The content of an update. */
  readonly update: () => ApiObject
  readonly mergePatch: () => ApiObject
  /** What the declaration gives as an example of each; undefined where it gives none that fits its schema. */
  readonly examples: Readonly<Record<'document' | 'create' | 'update', JsonObject | undefined>>
}

/** @param idLength the longest one, in bytes of UTF-8: no character takes less than one */
export function idSchema (idLength: number): ApiObject {
  return { type: 'string', minLength: 1, maxLength: idLength }
}

const revision: ApiObject = { type: 'string', description: 'The revision of the document: its entity tag without the quotes.' }

/**
 * The forms of the content of a contract.
 *
 * @param name what the content is called where its schema has no `$id`
 * @param isVersioned whether other versions have other schemas
 */
export function describeContent (resource: Resource, contract: Contract, name: string, isVersioned: boolean, components: Components): ContentSchemas {
  const { members, kind, limits } = resource
  const suffix = isVersioned && contract.version !== undefined ? `_v${formatVersion(contract.version)}` : ''
  const imported = importSchema(contract.schema, name + suffix, components, {
    key: JSON.stringify([members.readOnly, members.writeOnly]),
    annotate: (body) => annotated(annotated(asObject(body), members.readOnly, { readOnly: true }), members.writeOnly, { writeOnly: true })
  })
  const reference = imported.reference()
  const { find } = components
  const content = find(String(reference['$ref'])) ?? {}
  const fillsDefaults = JSON.stringify(contract.schema).includes('"default"')
  const base = imported.isNamed ? imported.name : name
  const formSuffix = imported.isNamed ? '' : suffix
  const own: Readonly<Record<string, ApiObject>> = kind === 'singleton' ? { _rev: revision } : { _id: { ...idSchema(limits.idLength), description: 'The id of the document.' }, _rev: revision }

  const component = (form: string, make: () => ApiObject) => (): ApiObject => components.share('schemas', `${base}${form}${formSuffix}`, make())
  const form = (rules: Partial<FormRules>) => (): ApiObject =>
    formOf(content, reference, { members: own, required: [], without: [], optional: [], fillsDefaults: false, ...rules }, find)

  const document = component('Document', form({ required: Object.keys(own), without: members.writeOnly }))
  const projection = component('Projection', () => ({
    ...projectionOf(form({ without: members.writeOnly })(), own, find),
    description: 'What `_fields` has left of a document.'
  }))
  const answer = (): ApiObject => ({ anyOf: [document(), projection()] })
  return {
    answer,
    page: component('QueryResult', () => pageOf(answer())),
    create: component('Create', form({ without: members.readOnly, fillsDefaults })),
    update: component('Update', form({ without: members.internal, optional: members.kept, fillsDefaults })),
    mergePatch: component('MergePatch', () => mergePatchOf(form({ members: {}, without: members.readOnly })(), find)),
    examples: examplesOf(resource, contract, exampleIn(content, find))
  }
}

/** A content is an object, whether its schema says so or not. */
function asObject (body: ApiObject): ApiObject {
  return ['type', '$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => keyword in body) ? body : { type: 'object', ...body }
}

/** A schema with what is said of the members that pointers name. */
export function annotated (schema: ApiObject, pointers: readonly JsonPointer[], annotation: ApiObject): ApiObject {
  return pointers.reduce((body, pointer) => annotate(body, pointer, annotation), schema)
}

/** Only what `properties` say is followed; behind a reference the schema is that of others too. */
function annotate (schema: ApiObject, [name, ...rest]: JsonPointer, annotation: ApiObject): ApiObject {
  if (name === undefined) return { ...schema, ...annotation }
  const { properties } = schema
  const member = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined
  if (!isJsonObject(properties) || !isJsonObject(member)) return schema
  return { ...schema, properties: { ...properties, [name]: annotate(member, rest, annotation) } }
}

/** All six members are always there (Common REST, query response). */
function pageOf (element: ApiObject): ApiObject {
  return {
    type: 'object',
    description: 'A page of query results.',
    properties: {
      result: { type: 'array', items: element },
      resultCount: { type: 'integer', minimum: 0, description: 'How many documents are in `result`.' },
      pagedResultsCookie: { type: ['string', 'null'], description: 'The `_pagedResultsCookie` of the next page; null on the last one.' },
      totalPagedResultsPolicy: { type: 'string', enum: countPolicies, description: 'How the total was found.' },
      totalPagedResults: { type: 'integer', minimum: -1, description: 'How many documents match in all; -1 where they were not counted.' },
      remainingPagedResults: { type: 'integer', const: -1, description: 'Not counted.' }
    },
    required: ['result', 'resultCount', 'pagedResultsCookie', 'totalPagedResultsPolicy', 'totalPagedResults', 'remainingPagedResults']
  }
}

function examplesOf ({ kind, definition, members }: Resource, contract: Contract, told: unknown): ContentSchemas['examples'] {
  const given = kind === 'singleton' && contract.mapping === undefined ? definition.initial ?? told : told
  const whole = isJsonObject(given) ? given : undefined
  const stored = fitting(contract, whole)
  const own = kind === 'singleton' ? { _rev: '0' } : { _id: 'example', _rev: '0' }
  const settable = whole === undefined ? undefined : hideMembers(members.readOnly)(whole)
  return {
    document: stored === undefined ? undefined : { ...own, ...members.hide?.(stored) ?? stored },
    create: fitting(contract, settable) && settable,
    update: stored && whole && hideMembers(members.internal)(whole)
  }
}

/** The content with its defaults; undefined where it does not fit. */
function fitting ({ checkContent }: Contract, content: JsonObject | undefined): JsonObject | undefined {
  if (content === undefined) return undefined
  const copy = structuredClone(content)
  try {
    checkContent(copy)
    return copy
  } catch {
    return undefined
  }
}
