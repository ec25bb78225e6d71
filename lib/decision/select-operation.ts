import type { RawParameter } from '../crest/parameters.ts'
import { parseAcceptApiVersion } from '../crest/api-version.ts'
import { parseTagCondition } from '../http/entity-tag.ts'
import type { TargetKind } from '../http/methods.ts'
import type { AskHeaders, Operation } from './ask.ts'

/** The operation a request selects, and the action it names. */
export interface Selection {
  readonly operation: Operation
  readonly action: string | undefined
}

/**
 * Decision order 1.2. Lenient: a header or parameter that row 10 or 11 refuses is read as far as it can be,
 * so that row 9 has something to ask `authorize` about.
 */
export function selectOperation (
  method: string,
  target: TargetKind,
  headers: AskHeaders,
  reserved: ReadonlyMap<string, readonly RawParameter[]>
): Selection {
  switch (method) {
    case 'POST': return selectPost(target, reserved.get('_action')?.[0]?.value)
    case 'PUT': return { operation: selectPut(target, headers), action: undefined }
    case 'PATCH': return { operation: 'patch', action: undefined }
    case 'DELETE': return { operation: 'delete', action: undefined }
    default: return { operation: selectGet(method, target, reserved), action: undefined }
  }
}

/** The parameters that ask for a description of the API (ruling R14); the first one wins. */
const descriptions: readonly string[] = ['_api', '_crestapi']

function selectGet (method: string, target: TargetKind, reserved: ReadonlyMap<string, readonly RawParameter[]>): Operation {
  const describes = reserved.size > 0 && (method === 'GET' || method === 'HEAD') && descriptions.some((name) => reserved.has(name))
  if (describes) return 'describe'
  return target === 'collection' ? 'query' : 'read'
}

function selectPost (target: TargetKind, action: string | undefined): Selection {
  const creates = action === undefined || action.toLowerCase() === 'create'
  if (target === 'collection' && creates) return { operation: 'create', action: undefined }
  return { operation: 'action', action }
}

function selectPut (target: TargetKind, { ifMatch, ifNoneMatch, acceptApiVersion }: AskHeaders): Operation {
  if (target === 'singleton' || ifMatch !== undefined) return 'update'
  if (ifNoneMatch !== undefined) return parseTagCondition(ifNoneMatch).kind === 'any' ? 'create' : 'upsert'
  const asked = parseAcceptApiVersion(acceptApiVersion)
  const below2 = asked.kind === 'versions' && asked.protocol !== undefined && asked.protocol.major < 2
  return below2 ? 'update' : 'upsert'
}
