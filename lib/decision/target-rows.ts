import { isTooLong } from '../crest/document-id.ts'
import { BadRequest, MethodNotAllowed, NotFound, NotImplemented, ResourceError, ServiceUnavailable } from '../errors.ts'
import { contentTypesOf } from '../declare/resource.ts'
import type { Resource } from '../declare/resource.ts'
import { isMethod } from '../http/methods.ts'
import type { Method, TargetKind } from '../http/methods.ts'
import { refuse, refuseAlike } from './answer.ts'
import type { AnswerHeaders, Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

/** Row 1, as far as Node leaves it to us: of too many fields it drops the last ones unseen, among which a condition may be. */
export function headIsBounded ({ headerCount, resource: { limits } }: Ask): Verdict {
  if (headerCount <= limits.headerCount) return undefined
  return refuse(() => new BadRequest('The request has too many header fields'), { connection: 'close' })
}

const namesNone = refuseAlike(() => new NotFound('The resource was not found: the path names none'))

/** Row 3. An empty or over-long id or path parameter names nothing (decision order 3.1, ruling R10), nor does one that its schema refuses. */
export function targetIsDeclared (ask: Ask): Verdict {
  const { target, id, params, resource } = ask
  const fits = target !== undefined && (target !== 'instance' || isName(id, resource.limits.idLength)) && areNames(params)
  return fits && paramsFit(resource, params) ? undefined : namesNone(ask)
}

function areNames (params: Ask['params']): boolean {
  for (const name in params) if (!isName(params[name])) return false
  return true
}

function isName (text: string | undefined, longest?: number): boolean {
  return text !== undefined && text !== '' && !isTooLong(text, longest)
}

function paramsFit ({ checkParams }: Resource, params: Ask['params']): boolean {
  try {
    checkParams?.(params)
    return true
  } catch (error) {
    if (error instanceof ResourceError) return false
    throw error
  }
}

/** Row 4. Neither application code nor a store runs for a resource that is switched off. */
export function resourceIsAvailable ({ resource, method, draining, request }: Ask): Verdict {
  if (draining) return refuse(() => new ServiceUnavailable('The server is shutting down', { retryAfter: 1 }), { connection: 'close' })
  const error = resource.availability.refusal(method, request === undefined)
  return error === undefined ? undefined : refuse(error)
}

const notImplemented = refuseAlike(() => new NotImplemented('The method is not implemented'))

/** Row 5. RFC 9110 section 15.6.2: a method that no resource here knows. */
export function methodIsImplemented (ask: Ask): Verdict {
  return isMethod(ask.method) ? undefined : notImplemented(ask)
}

/** Row 6. RFC 9110 section 15.5.6 obliges `Allow`. A description is there where no document can be read, too (ruling R14). */
export function methodIsAllowed ({ method, target, resource, operation }: Ask): Verdict {
  const allowed = allowedAt(resource, target)
  if (allowed.includes(method as Method) || operation === 'describe') return undefined
  return refuse(() => new MethodNotAllowed('The method is not allowed here', { allow: allowed }))
}

/** Row 7. A CORS preflight carries no credentials; only static facts are told. */
export function optionsIsAnswered ({ method, target, resource }: Ask): Verdict {
  if (method !== 'OPTIONS') return undefined
  return { kind: 'settled', status: 204, headers: { allow: allowedAt(resource, target).join(', '), ...acceptedContent(resource, allowedAt(resource, target)) } }
}

function allowedAt (resource: Resource, target: TargetKind | undefined): readonly Method[] {
  return target === undefined ? [] : resource.allow[target]
}

/** `Accept-Patch` (RFC 5789 section 3.1) and `Accept-Post` of a target with these methods. */
function acceptedContent (resource: Resource, allowed: readonly Method[]): AnswerHeaders {
  return {
    ...(allowed.includes('PATCH') ? { 'accept-patch': contentTypesOf(resource, resource.latest, 'PATCH').join(', ') } : {}),
    ...(allowed.includes('POST') ? { 'accept-post': contentTypesOf(resource, resource.latest, 'POST').join(', ') } : {})
  }
}
