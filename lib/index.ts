import './augment.ts'

export { commonRest as default, commonRest } from './plugin.ts'
export { serverOptions } from './server-options.ts'
export type { CommonRestServerOptions } from './server-options.ts'
export { describeAvailability } from './describe/describe-availability.ts'
export { memoryStore } from './stores/memory.ts'
export { action } from './declare/action-of.ts'
export { defineResource } from './declare/definition.ts'
export { provider } from './declare/provider.ts'
export { errorHandler } from './mount/hand-written.ts'
export { statusCodes } from './status.ts'
export type { StatusCode, ErrorStatusCode } from './status.ts'
export {
  ResourceError, BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Conflict, Gone,
  PreconditionFailed, UnsupportedMediaType, PreconditionRequired, InternalServerError, NotImplemented, ServiceUnavailable
} from './errors.ts'
export type { ErrorObject, ProblemObject, ResourceErrorOptions } from './errors.ts'
export type { OperationMessage, StoreMessage } from './observe.ts'
export type { CommonRestOptions } from './declare/options.ts'
export type { Limits } from './declare/limits.ts'
export type { ResourceLimits } from './limits.ts'
export type { PointerText, ResourceDefinition, ResourceKind, SharedSettings } from './declare/definition.ts'
export type { ContentOf, ContentSchema } from './declare/content-of.ts'
export type { VersionDefinition } from './declare/version-definition.ts'
export type {
  AllowedDocument, AllowQuestion, AuthorizationRequest, AuthorizedOperation, ChangeNotice, NamedQuery, PrepareRequest
} from './declare/hooks.ts'
export type { ActionDefinition, ActionDefinitions, ActionRequest, ActionsOf, AnyActions, ValueSchema } from './declare/action-of.ts'
export type {
  ActionOptions, CallOptions, CollectionHandle, DisableOptions, EnableOptions, HandleOf, PatchOperationInput, QueryOptions, QueryPage,
  QuerySelection, ResourceHandle, RevisionOptions, SingletonHandle
} from './declare/handle.ts'
export type { PlaceOf, SortKeyOf } from './declare/pointer-of.ts'
export type { CountPolicy, Document, Parameters, Provider, ProviderQuery, ProviderRequest, QueryResult, SetHeader } from './declare/provider.ts'
// A star, so that applications can augment the interface through this module.
export type * from './declare/principal.ts'
export type { Decision } from './decision/answer.ts'
export type { DeclareResource } from './augment.ts'
export type { CollectionRules, CollectionWrite, SettledWrite, SharedState, Slot, Store, StoreCollection, StoreQuery, StoreQueryResult, StoredDocument, WriteOutcome } from './stores/store.ts'
export type { JsonObject, JsonValue } from './json.ts'
export type { JsonPointer } from './crest/json-pointer.ts'
export type { PatchOperation } from './crest/patch-operation.ts'
export { queryFilter } from './crest/query-filter-tag.ts'
export { parseQueryFilter } from './crest/query-filter-parser.ts'
export { printQueryFilter } from './crest/query-filter-printer.ts'
export { queryPredicate } from './crest/query-predicate.ts'
export { comparePositions, sortPosition } from './crest/sort-order.ts'
export type { QueryFilter } from './crest/query-filter.ts'
export type { QueryPredicate } from './crest/query-predicate.ts'
export type { Comparable, ComparedDocument } from './crest/comparable.ts'
export type { SortKey } from './crest/sort-keys.ts'
export type { SortPosition } from './crest/sort-order.ts'
export type { MemoryStoreOptions } from './stores/memory.ts'
