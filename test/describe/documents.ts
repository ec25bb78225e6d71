import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { Validator } from '@seriousme/openapi-schema-validator'
import { compileResource } from '../../lib/compile-resource.ts'
import type { AnyDefinition } from '../../lib/declare/definition.ts'
import type { CommonRestOptions } from '../../lib/declare/options.ts'
import type { Resource } from '../../lib/declare/resource.ts'
import { describeOpenApi } from '../../lib/describe/openapi-document.ts'
import type { ApiObject, OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { memoryStore } from '../../lib/stores/memory.ts'

/** A document of OpenAPI as tests read it: any member may be there. */
export type AnyApi = ApiNode & string & readonly ApiNode[]
interface ApiNode { readonly [member: string]: AnyApi }

/** A declared resource that is mounted nowhere. */
export function declared (path: string, definition: AnyDefinition, options: CommonRestOptions = {}): Resource {
  const { resource } = compileResource(path, definition, { options, store: memoryStore(), declaredPaths: () => [] })
  // Descriptions ask nothing of the handle.
  return resource as Resource
}

/** The document of one resource. */
export function describe (path: string, definition: AnyDefinition, options: CommonRestOptions = {}): OpenApiDocument {
  return describeOpenApi([declared(path, definition, options)], { title: 'Test', version: '1.0.0' })
}

/** Reads on in a part of a document, references followed. */
export function resolve (document: ApiObject, part: unknown): AnyApi {
  const { $ref } = part as { readonly $ref?: string }
  if ($ref === undefined) return part as AnyApi
  return resolve(document, $ref.slice(2).split('/').reduce<unknown>((at, name) => (at as ApiObject)[name], document))
}

/** The operation of a method at a path, as tests read it. */
export function operationAt (document: OpenApiDocument, path: string, method: string): AnyApi {
  return document.paths[path]?.[method.toLowerCase()] as AnyApi
}

/** What is wrong with a document by the schema of OpenAPI 3.1. */
export async function faultsOf (document: object): Promise<unknown> {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  return result.valid ? [] : result.errors
}

/** Judges values by the schemas of a document. */
export function judgeOf (document: ApiObject): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(JSON.parse(JSON.stringify(document)), 'http://document.invalid/')
  const compiled = new Map<string, ValidateFunction>()
  return (schema) => {
    const key = JSON.stringify(schema).replaceAll('"#/', '"http://document.invalid/#/')
    const known = compiled.get(key) ?? ajv.compile(JSON.parse(key))
    compiled.set(key, known)
    return known
  }
}
