export { createClient } from './client/create-client.ts'
export type { Client } from './client/create-client.ts'
export type { ClientCollection, ClientResource, ClientSingleton } from './client/client-resource.ts'
export type { ActionsIn, ContentIn, Declared, KindIn } from './client/definition-of.ts'
export type { HeaderFields } from './client/header-fields.ts'
export type {
  ClientActionOptions, ClientCallOptions, ClientOptions, ClientQueryOptions, ClientReadOptions, ClientRevisionOptions, Edit,
  EditOptions, RetryOptions
} from './client/options.ts'
export type { ClientQuery } from './client/query.ts'
export type { UnexpectedAnswer } from './client/answer.ts'
export { queryFilter } from './crest/query-filter-tag.ts'
export type { PatchOperationInput, QueryPage } from './declare/handle.ts'
export type { CountPolicy, Document } from './declare/provider.ts'
export {
  ResourceError, BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Conflict, Gone,
  PreconditionFailed, UnsupportedMediaType, PreconditionRequired, InternalServerError, NotImplemented, ServiceUnavailable
} from './errors.ts'
export type { ErrorStatusCode } from './status.ts'
