import { Forbidden, ResourceError, Unauthorized } from '../errors.ts'
import type { AuthorizationRequest, AuthorizedOperation } from '../declare/hooks.ts'
import { find, refuse } from './answer.ts'
import type { Refusal, Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

/** Row 8. Nothing about documents, schemas or validity is told to strangers. */
export async function callerIsAuthenticated ({ resource, request }: Ask): Promise<Verdict> {
  if (resource.authenticate === undefined || request === undefined) return undefined
  try {
    const principal = await resource.authenticate(request)
    return principal == null ? unauthorized(resource.challenge) : find({ principal })
  } catch (error) {
    if (isAboutCaller(error)) return refuse(error)
    throw error
  }
}

/** Row 9. Decided without a store and before existence, so that 403 and 404 cannot be used to probe. */
export async function callerIsAuthorized (ask: Ask): Promise<Verdict> {
  const { resource, request, principal } = ask
  if (resource.authorize === undefined) return undefined
  if (request === undefined && principal === null) return undefined
  try {
    for (const operation of askedOperations(ask)) {
      if (await resource.authorize(toQuestion(ask, operation)) !== true) return refuse(new Forbidden(`The caller may not ${operation} here`))
    }
    return undefined
  } catch (error) {
    if (isAboutCaller(error)) return refuse(error)
    throw error
  }
}

/** What a rule throws instead of saying no. */
function isAboutCaller (error: unknown): error is ResourceError {
  return error instanceof ResourceError && (error.statusCode === 401 || error.statusCode === 403)
}

function unauthorized (challenge: string): Refusal {
  return refuse(new Unauthorized('Authentication is required', { challenge }))
}

/** An upsert is asked as `update` and as `create`, each if declared; both must hold. */
function askedOperations ({ operation, resource }: Ask): readonly AuthorizedOperation[] {
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
