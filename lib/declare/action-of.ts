import type { FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Awaitable, JsonValue } from '../json.ts'
import type { Parameters as RequestParameters, SetHeader } from './provider.ts'
import type { Principal } from './principal.ts'
import type { ResourceHandle } from './handle.ts'

/** A schema of any value: TypeBox or JSON Schema. */
export type ValueSchema = TSchema | Readonly<Record<string, unknown>>

/** What every TypeBox type has: a kind, or the type of `Type.Unsafe`. */
type TypeBoxType = { readonly '~kind': string } | { readonly '~unsafe': unknown }

/** The value that a schema describes; `Else` without a TypeBox type. */
type ValueOf<Schema, Else> = [Schema] extends [TypeBoxType] ? Static<Schema> : Else

/**
 * No type at all; but as long as the compiler does not know `Schema`, it takes this for a type of literals, and so does not
 * widen those that a handler without parameters returns.
 */
type Literals<Schema> = [Schema] extends [{ readonly '~literals': never }] ? Literal : never
type Literal = '' | 0 | boolean | LiteralMembers | Literal[] | []
interface LiteralMembers { [member: string]: Literal }

/** What an action's handler gets. */
export interface ActionRequest<Content = JsonValue | undefined> {
  /** The id of the instance; undefined on a collection, the empty string on a singleton. */
  readonly id: string | undefined
  /** The path parameters; empty where the path has none. */
  readonly params: Readonly<Record<string, string>>
  /** The query parameters whose names do not begin with an underscore; in process those of the call. */
  readonly parameters: RequestParameters
  /** The content of the request: what the action's schema of it describes, without one any JSON value or undefined. */
  readonly content: Content
  /** Who asks; null without `authenticate`, and in process where none was passed. */
  readonly principal: Principal | null
  /** The resource's handle, for reading and writing documents. */
  readonly resource: ResourceHandle
  /** Undefined in process. */
  readonly request?: FastifyRequest | undefined
  /** Aborted when the client goes away, and when the time of the request is over (`limits.requestTime`). */
  readonly signal: AbortSignal
  /** Adds a header field to the answer. */
  readonly header: SetHeader
}

/**
 * An action: what `POST …?_action=name` does. Where `content` and `result` are TypeBox types, they say what the handler
 * gets and must return.
 */
export interface ActionDefinition<
  Content = ValueSchema, Result = ValueSchema, Input = NoInfer<ValueOf<Content, JsonValue | undefined>>, Output = NoInfer<ValueOf<Result, unknown>> | Literals<Result>
> {
  /** Where it can be called, default `'instance'` (on a singleton: the singleton). */
  readonly on?: 'collection' | 'instance' | ReadonlyArray<'collection' | 'instance'>
  /** JSON Schema of the content; default anything. */
  readonly content?: Content
  /** JSON Schema of the result, when there is one; a result that does not fit is a mistake of the handler, 500. Default anything. */
  readonly result?: Result
  /**
   * Its result is the body of a 200; `undefined` is a 204. Called once the target was judged (existence, `allow` and
   * preconditions); what it reads and writes through `resource` is judged by itself, so name the `revision` that was read.
   */
  handler (request: ActionRequest<Input>): Awaitable<Output>
}

/**
 * Actions by name, each with the schemas of its content and result. Three parts, as one mapped type tells the compiler of one
 * type parameter; the names have one of their own, as functions whose parameters await their types tell of nothing else.
 */
export type ActionDefinitions<Names extends string, Contents, Results> =
  & { readonly [Name in Names]: ActionDefinition<NoInfer<At<Contents, Name>>, NoInfer<At<Results, Name>>> }
  & { readonly [Name in keyof Contents]: { readonly content?: Contents[Name] } }
  & { readonly [Name in keyof Results]: { readonly result?: Results[Name] } }

type At<Schemas, Name> = Name extends keyof Schemas ? unknown extends Schemas[Name] ? ValueSchema : Schemas[Name] : ValueSchema

/** What a handle knows of actions whose names are not known. */
export interface AnyActions { readonly [name: string]: (content?: JsonValue) => unknown }

/** What a handle knows of declared actions: functions by name, from the content to the result. */
export type ActionsOf<Names extends string, Contents, Results> =
  string extends Names ? AnyActions : { [Name in Names]: ActionFunction<At<Contents, Name>, At<Results, Name>> }

/** An action as a function, from what its schema of contents describes to what that of results does. */
export type ActionFunction<Content, Result> = (...content: ContentArguments<Content>) => ValueOf<Result, unknown>
type ContentArguments<Schema> = [Schema] extends [TypeBoxType] ? [content: Static<Schema>] : [content?: JsonValue]

/** How a handle calls its actions: by the declared names, each with its content and result. */
export type ActionCaller<Actions, Options> = string extends keyof Actions ? AnyCaller<Options>['call'] : NamedCaller<Actions, Options>['call']

// Methods, so that handles of known actions are handles of any.
interface AnyCaller<Options> {
  call (name: string, options?: Options & { readonly content?: unknown }): Promise<unknown>
}

interface NamedCaller<Actions, Options> {
  call<Name extends keyof Actions & string> (name: Name, ...options: CallArguments<Actions[Name], Options>): Promise<CallResult<Actions[Name]>>
}

type CallArguments<Action, Options> =
  Action extends (...content: infer Content) => unknown
    ? [] extends Content ? [options?: Options & { readonly content?: Content[0] }] : [options: Options & { readonly content: Content[0] }]
    : never

type CallResult<Action> = Action extends (...content: never) => infer Result ? Result : never

/**
 * Returns its argument with its types: an action that is declared apart from its resource.
 *
 * @example
 * const ping = action({ on: 'collection', handler: () => ({ pong: true }) })
 */
export function action<Content = ValueSchema, Result = ValueSchema> (definition: ActionDefinition<Content, Result>): ActionDefinition<NoInfer<Content>, NoInfer<Result>>
export function action (definition: object): object {
  return definition
}
