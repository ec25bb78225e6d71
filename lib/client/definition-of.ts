import type { ActionFunction, AnyActions } from '../declare/action-of.ts'
import type { ContentOf, ObjectType } from '../declare/content-of.ts'

/**
 * What says which types a resource has: what `defineResource` returned, a TypeBox type of objects (of a collection), or the
 * same facts written down, such as `{ kind: 'singleton', schema: typeof Settings }`.
 */
export type Declared = ObjectType | { readonly schema?: unknown, readonly kind?: unknown, readonly actions?: unknown }

/** The kind of a declared resource. */
export type KindIn<Definition> = Definition extends { readonly kind?: infer Kind } ? [NonNullable<Kind>] extends ['singleton'] ? 'singleton' : 'collection' : 'collection'

/** The content of a declared resource; any object where no TypeBox type says what it is. */
export type ContentIn<Definition> =
  Definition extends { readonly '~kind': string } ? ContentOf<Definition>
    : Definition extends { readonly schema?: infer Schema } ? ContentOf<NonNullable<Schema>> : Record<string, unknown>

/** What is known of the actions of a declared resource: functions by name, or that there may be any. */
export type ActionsIn<Definition> = Definition extends { readonly actions?: infer Actions } ? FunctionsOf<NonNullable<Actions>> : AnyActions

type FunctionsOf<Actions> =
  [keyof Actions] extends [never] ? AnyActions
    : string extends keyof Actions ? AnyActions
      : { [Name in keyof Actions & string]: ActionFunction<SchemaAt<Actions[Name], 'content'>, SchemaAt<Actions[Name], 'result'>> }

type SchemaAt<Action, Part extends string> = Action extends { readonly [Key in Part]?: infer Schema } ? NonNullable<Schema> : unknown
