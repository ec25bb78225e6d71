/** A part of an OpenAPI document: plain JSON. */
export interface ApiObject { readonly [member: string]: unknown }

/** A reference to a component (OpenAPI 3.1, Reference Object). */
export interface Reference extends ApiObject { readonly $ref: string }

/** What a document says of the API as a whole (OpenAPI 3.1, Info Object). */
export interface OpenApiInfo extends ApiObject {
  readonly title: string
  readonly version: string
}

/** The kinds of components that descriptions have. */
export type ComponentKind = 'schemas' | 'responses' | 'parameters' | 'headers' | 'securitySchemes'

/** Components by kind and name. */
export type ComponentMap = Readonly<Partial<Record<ComponentKind, Readonly<Record<string, ApiObject>>>>>

/** The operations of a path by method, in lower case, beside the parameters that they share. */
export type PathItem = ApiObject

/** A description of resources (OpenAPI 3.1.0). Plain JSON that its receiver may change. */
export interface OpenApiDocument extends ApiObject {
  readonly openapi: '3.1.0'
  readonly info: OpenApiInfo
  readonly tags: readonly ApiObject[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: ComponentMap
}

/** An object without the members that are undefined. */
export function defined (members: ApiObject): ApiObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
