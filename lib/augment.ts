import type { ActionDefinitions, ActionsOf } from './declare/action-of.ts'
import type { ContentOf, ContentSchema, SchemaIn } from './declare/content-of.ts'
import type { ResourceDefinition, ResourceKind } from './declare/definition.ts'
import type { VersionDefinition } from './declare/version-definition.ts'
import type { HandleOf, ResourceHandle } from './declare/handle.ts'
import type { Document } from './declare/provider.ts'
import type { Principal } from './declare/principal.ts'
import type { Decision } from './decision/answer.ts'
import type { Exchange, kExchange } from './mount/exchange.ts'

/**
 * What `app.resource` is: the content type comes from the schema, the kind of handle from `kind`, and what the handle knows
 * of actions from `actions`. (`NoInfer`, and no alias for the definition, keep the compiler from comparing TypeBox's types in
 * general, which takes seconds.)
 */
export interface DeclareResource {
  /**
   * Declares a collection or a singleton at `path`, mounted on the instance that it is called on.
   *
   * @throws CREST_ERR_INVALID_OPTION, CREST_ERR_DUPLICATE_PATH, CREST_ERR_ALREADY_READY
   */
  <
    const Schema extends ContentSchema = ContentSchema, const Kind extends ResourceKind = 'collection',
    ActionNames extends string = string, ActionContents = {}, ActionResults = {},
    VersionSchemas extends Readonly<Record<string, unknown>> = Record<string, ContentSchema>
  > (
    path: string,
    definition: ResourceDefinition<
      Schema, NoInfer<ContentOf<Schema>>, ActionDefinitions<ActionNames, ActionContents, ActionResults>,
      { readonly [Version in keyof VersionSchemas]: VersionDefinition<SchemaIn<VersionSchemas[Version]>> }
    > & { readonly kind?: Kind }
  ): HandleOf<Kind, NoInfer<ContentOf<Schema>>, NoInfer<ActionsOf<ActionNames, ActionContents, ActionResults>>>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Declares a resource. Synchronous, until the app is ready; routes exist at `ready`. */
    resource: DeclareResource
    /** All declared resources by full path. */
    readonly resources: ReadonlyMap<string, ResourceHandle>
  }

  interface FastifyRequest {
    /** What `authenticate` returned; null without it. */
    principal: Principal | null
    /** Which row of the decision order answered; null until then, and on routes that are no resource. */
    readonly decision: Decision | null
    /** The effective `X-ForgeRock-TransactionId`, to be sent on with calls to other servers; null on routes that are no resource. */
    readonly transactionId: string | null
    /** @internal */
    [kExchange]: Exchange | null
    /**
     * Judges the conditional headers of a hand-written route as the decision order does.
     *
     * @param revision that of the current document; null where there is none
     * @throws BadRequest, PreconditionFailed, PreconditionRequired
     * @example
     * app.put('/note', async (request) => { request.precondition(note.revision, { required: true }) })
     */
    precondition (revision: string | null, options?: { readonly required?: boolean }): void
  }

  interface FastifyReply {
    /**
     * Sends a document from a hand-written route with `_id`, `_rev` and `ETag`, or 304 when `If-None-Match` says so.
     *
     * @example
     * app.get('/note', async (request, reply) => reply.resource({ id: 'note', revision: '7', content: { text: 'hi' } }))
     */
    resource (document: Document<object>): FastifyReply
  }
}
