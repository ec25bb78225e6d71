import { quoted } from '../crest/json-content.ts'
import { NotImplemented } from '../errors.ts'
import { refuse } from './answer.ts'
import type { Verdict } from './answer.ts'
import type { Ask, AskQuery } from './ask.ts'

/** Row 12. The method is allowed, but is what was asked for declared? (Decision order 3.2.) */
export function functionIsDeclared (ask: Ask): Verdict {
  const problem = missingFunction(ask)
  return problem === undefined ? undefined : refuse(() => new NotImplemented(problem))
}

function missingFunction (ask: Ask): string | undefined {
  const { operation, resource, contract } = ask
  if (operation === 'describe') return undefined
  if (operation === 'action') return missingAction(ask)
  if (operation === 'upsert') return contract.operations.has('update') || contract.operations.has('create') ? undefined : 'update is not offered here'
  if (!contract.operations.has(operation)) return `${operation} is not offered here`
  return ask.query === undefined ? undefined : missingQuery(ask.query, resource)
}

function missingAction ({ action, target, contract }: Ask): string | undefined {
  const declared = action === undefined ? undefined : contract.actions.get(action)
  return declared !== undefined && target !== undefined && declared.on.has(target)
    ? undefined
    : `The action ${quoted(action ?? '')} is not offered here`
}

/** Every order is answered, and every filter of the known operators; an unknown `_queryId` is always 501 (ruling R8). */
function missingQuery ({ queryId, queryExpression, unoffered }: AskQuery, { queries }: Ask['resource']): string | undefined {
  if (queryId !== undefined && !queries.has(queryId)) return `The query ${quoted(queryId)} is not offered here`
  return queryExpression === undefined ? unoffered : '_queryExpression is not offered'
}
