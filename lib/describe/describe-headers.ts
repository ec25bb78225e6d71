import { contentTypesOf } from '../declare/resource.ts'
import type { StatusCode } from '../status.ts'
import { writes } from './described-operation.ts'
import type { DescribedOperation } from './described-operation.ts'
import type { Components } from './openapi-components.ts'
import type { ApiObject } from './openapi-types.ts'

/** A header field of answers. */
interface DescribedField {
  readonly name: string
  readonly description: string
  /** Whether every answer that may have it has it. */
  readonly always?: boolean
  readonly schema?: ApiObject
  readonly when: (operation: DescribedOperation, status: StatusCode) => boolean
}

/** The header fields beside those of the content, and which answers have them. */
const described: readonly DescribedField[] = [
  { name: 'ETag', description: 'The entity tag of the document, which is its revision in quotes; that of a query is one of its results.', when: hasTag },
  { name: 'Location', description: 'The absolute URI of the document that was created.', always: true, schema: { type: 'string', format: 'uri' }, when: (_operation, status) => status === 201 },
  { name: 'Allow', description: 'The methods that are allowed.', always: true, when: (operation, status) => isOptions(operation) && status === 204 },
  { name: 'Accept-Patch', description: 'The media types of patches.', when: (operation, status) => hints(operation, status, 'PATCH') },
  { name: 'Accept-Post', description: 'The media types of content.', when: (operation, status) => hints(operation, status, 'POST') },
  { name: 'Accept', description: 'The media types of content.', when: ({ method }, status) => status === 415 && method === 'PUT' },
  { name: 'Accept-Encoding', description: 'The coding of content that is supported, where another one was the fault.', when: (_operation, status) => status === 415 },
  { name: 'WWW-Authenticate', description: 'How to say who is asking.', always: true, when: (_operation, status) => status === 401 },
  { name: 'Retry-After', description: 'When to come back: seconds from now.', when: (_operation, status) => status === 503 },
  { name: 'Preference-Applied', description: 'The preference that was honoured (RFC 7240).', when: (operation, status) => operation.resource.prefer && writes(operation) && (status === 200 || status === 201) },
  { name: 'Content-API-Version', description: 'The versions of protocol and resource that were served.', schema: { type: 'string', examples: ['protocol=2.1,resource=1.0'] }, when: (operation) => !isOptions(operation) },
  { name: 'Vary', description: 'The request header fields that the answer depends on.', when: (operation) => !isOptions(operation) },
  { name: 'Warning', description: 'Told where the request asks for no version of the resource.', when: (operation) => !isOptions(operation) && operation.resource.versionWarning },
  { name: 'Deprecation', description: 'Since when the version is deprecated (RFC 9745).', when: (operation) => hasNotice(operation, 'deprecation') },
  { name: 'Sunset', description: 'When the version will stop working (RFC 8594).', when: (operation) => hasNotice(operation, 'sunset') },
  { name: 'Content-Disposition', description: 'How a browser is to treat what `_mimeType` asked for.', when: isRead },
  { name: 'X-Content-Type-Options', description: 'Told with what `_mimeType` asked for.', when: isRead },
  { name: 'Cache-Control', description: 'Whether the answer may be stored.', when: () => true },
  { name: 'X-ForgeRock-TransactionId', description: 'The id of the exchange in logs.', when: () => true }
]

const fields = described.map(({ name, description, always = false, schema = { type: 'string' }, when }) =>
  ({ name, when, component: { description, ...(always ? { required: true } : {}), schema } }))

/** The header fields of an answer, by name. */
export function headersOf (operation: DescribedOperation, status: StatusCode, components: Components): ApiObject {
  return Object.fromEntries(fields.filter(({ when }) => when(operation, status)).map(({ name, component }) => [name, components.share('headers', name, component)]))
}

function isOptions ({ method }: DescribedOperation): boolean {
  return method === 'OPTIONS'
}

function hasTag ({ does }: DescribedOperation, status: StatusCode): boolean {
  if (status === 304 || status === 201) return true
  if (status === 412) return !does.has('query')
  return status === 200 && (['query', 'read', 'update', 'patch'] as const).some((name) => does.has(name))
}

function isRead ({ does }: DescribedOperation, status: StatusCode): boolean {
  return does.has('read') && status === 200
}

function hints ({ resource, target, method }: DescribedOperation, status: StatusCode, of: 'PATCH' | 'POST'): boolean {
  if (method === 'OPTIONS') return status === 204 && resource.allow[target].includes(of)
  return status === 415 && method === of && contentTypesOf(resource, resource.latest, method).length > 0
}

function hasNotice (operation: DescribedOperation, name: string): boolean {
  return !isOptions(operation) && operation.contracts.some(({ notices }) => notices[name] !== undefined)
}
