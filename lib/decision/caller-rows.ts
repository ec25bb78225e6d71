import type { FastifyRequest } from 'fastify'
import { Forbidden, Unauthorized } from '../errors.ts'
import type { AuthorizationRequest, AuthorizedOperation } from '../declare/hooks.ts'
import type { Resource } from '../declare/resource.ts'
import type { Awaitable } from '../json.ts'
import { find, refuse } from './answer.ts'
import type { Refusal, Verdict } from './answer.ts'
import { isTrusted } from './ask.ts'
import type { Ask } from './ask.ts'
import { toResourceError } from './translate-error.ts'

/** Row 8. Nothing about documents, schemas or validity is told to strangers. */
export function callerIsAuthenticated ({ resource: { authenticate, challenge }, request }: Ask): Awaitable<Verdict> {
  return authenticate === undefined || request === undefined ? undefined : judgeCaller(authenticate, request, challenge)
}

async function judgeCaller (authenticate: NonNullable<Resource['authenticate']>, request: FastifyRequest, challenge: string): Promise<Verdict> {
  try {
    const principal = await authenticate(request)
    return principal == null ? unauthorized(challenge) : find({ principal })
  } catch (error) {
    return refuseCaller(error)
  }
}

/** Row 9. Decided without a store and before existence, so that 403 and 404 cannot be used to probe. */
export function callerIsAuthorized (ask: Ask): Awaitable<Verdict> {
  const { authorize } = ask.resource
  return authorize === undefined || isTrusted(ask) ? undefined : judgeOperations(authorize, ask)
}

async function judgeOperations (authorize: NonNullable<Resource['authorize']>, ask: Ask): Promise<Verdict> {
  try {
    for (const operation of askedOperations(ask)) {
      if (await authorize(toQuestion(ask, operation)) !== true) return refuse(() => new Forbidden(`The caller may not ${operation} here`))
    }
    return undefined
  } catch (error) {
    return refuseCaller(error)
  }
}

/** What a rule throws instead of saying no: an error of this library, or of another such as `@fastify/jwt`. */
function refuseCaller (thrown: unknown): Refusal {
  const error = toResourceError(thrown)
  if (error.statusCode === 401 || error.statusCode === 403) return refuse(error)
  throw thrown
}

function unauthorized (challenge: string): Refusal {
  return refuse(() => new Unauthorized('Authentication is required', { challenge }))
}

/** An upsert is asked as `update` and as `create`, each if declared; both must hold. A description is asked as `read` (ruling R14). */
function askedOperations ({ operation, resource }: Ask): readonly AuthorizedOperation[] {
  if (operation === 'describe') return ['read']
  if (operation !== 'upsert') return [operation]
  return (['update', 'create'] as const).filter((name) => resource.operations.has(name))
}

function toQuestion ({ resource, principal, action, target, id, params, request }: Ask, operation: AuthorizedOperation): AuthorizationRequest {
  return {
    principal,
    operation,
    resource: resource.handle,
    params,
    ...(action === undefined ? {} : { action }),
    ...(target === 'instance' && id !== undefined ? { id } : {}),
    ...(request === undefined ? {} : { request })
  }
}
