import { PreconditionRequired } from '../errors.ts'
import { suppliesRevision } from '../http/preconditions.ts'
import { refuseAlike } from './answer.ts'
import type { Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

const noRevision = refuseAlike(() => new PreconditionRequired('The request must name the revision that it changes, in If-Match'))

/** Row 15. A property of the request alone, which tells nothing about existence (decision order 3.3 and 3.4). */
export function revisionIsSupplied (ask: Ask): Verdict {
  const { resource, contract, operation, ifMatch, ifNoneMatch } = ask
  if (!resource.revisionRequired) return undefined
  if (operation !== 'update' && operation !== 'patch' && operation !== 'delete' && operation !== 'upsert') return undefined
  if (operation === 'upsert' && !contract.operations.has('update')) return undefined
  return suppliesRevision(operation, { ifMatch, ifNoneMatch }) ? undefined : noRevision(ask)
}
