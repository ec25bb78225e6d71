import { PreconditionRequired } from '../errors.ts'
import { suppliesRevision } from '../http/preconditions.ts'
import { refuse } from './answer.ts'
import type { Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

/** Row 15. A property of the request alone, which tells nothing about existence (decision order 3.3 and 3.4). */
export function revisionIsSupplied ({ resource, contract, operation, ifMatch, ifNoneMatch }: Ask): Verdict {
  if (!resource.revisionRequired) return undefined
  if (operation !== 'update' && operation !== 'patch' && operation !== 'delete' && operation !== 'upsert') return undefined
  if (operation === 'upsert' && !contract.operations.has('update')) return undefined
  return suppliesRevision(operation, { ifMatch, ifNoneMatch })
    ? undefined
    : refuse(() => new PreconditionRequired('The request must name the revision that it changes, in If-Match'))
}
