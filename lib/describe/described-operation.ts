import type { Operation } from '../decision/ask.ts'
import type { Action, Contract } from '../declare/contract.ts'
import type { Resource } from '../declare/resource.ts'
import { operationsBehind } from '../http/methods.ts'
import type { Method, OperationName, TargetKind } from '../http/methods.ts'

/** What is described as one operation: a method of a target, with all that it may do there. */
export interface DescribedOperation {
  readonly resource: Resource
  readonly target: TargetKind
  readonly method: Method
  /** The contracts that offer the method at the target, ascending; all of them for OPTIONS. */
  readonly contracts: readonly Contract[]
  /** What a request may ask for, of what is offered. Empty for OPTIONS. */
  readonly does: ReadonlySet<Exclude<Operation, 'upsert'>>
}

/** The operations that a target allows, in the order of the methods in `Allow`: none that is not mounted, and all that are. */
export function describedOperations (resource: Resource, target: TargetKind): readonly DescribedOperation[] {
  return resource.allow[target].map((method) => {
    const contracts = resource.contracts.filter((contract) => method === 'OPTIONS' || doneBy(contract, target, method).length > 0)
    const does = new Set(contracts.flatMap((contract) => doneBy(contract, target, method)))
    return { resource, target, method, contracts, does }
  })
}

/** The targets that a resource has. */
export function targetsOf ({ kind }: Resource): readonly TargetKind[] {
  return kind === 'singleton' ? ['singleton'] : ['collection', 'instance']
}

/** The actions of a contract at a target, by name. */
export function actionsAt ({ actions }: Contract, target: TargetKind): ReadonlyArray<readonly [string, Action]> {
  return [...actions].filter(([, { on }]) => on.has(target))
}

function doneBy (contract: Contract, target: TargetKind, method: Method): ReadonlyArray<OperationName | 'action'> {
  const declared = operationsBehind(target, method).filter((name) => contract.operations.has(name))
  return method === 'POST' && actionsAt(contract, target).length > 0 ? [...declared, 'action'] : declared
}

/** Whether it changes something that is stored: every operation but reading, and actions, of which only their handlers know. */
export function writes ({ does }: DescribedOperation): boolean {
  return (['create', 'update', 'patch', 'delete'] as const).some((name) => does.has(name))
}
