import type { Static, TIntersect, TObject, TUnion } from 'typebox'

/** A TypeBox type of objects. */
export type ObjectType = TObject | TIntersect<TObject[]> | TUnion<TObject[]>

/** A schema of contents: a TypeBox object, an intersection or union of such, or any JSON Schema of an object. */
export type ContentSchema = ObjectType | Readonly<Record<string, unknown>>

/** The content that a schema describes; `Else` without a TypeBox type, any JSON object. */
export type ContentOf<Schema, Else = Record<string, unknown>> = [Schema] extends [ObjectType] ? Static<Schema> : Else

/** A schema of contents that was inferred; where there is none, or where it is none of contents, any. */
export type SchemaIn<Inferred> = [Inferred] extends [ContentSchema] ? Inferred : ContentSchema
