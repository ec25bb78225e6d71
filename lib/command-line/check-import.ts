import { canProvide } from '../declare/check-definition.ts'
import { compileSchema } from '../declare/content-rules.ts'
import type { SchemaCheck } from '../declare/content-rules.ts'
import { isStore } from '../declare/options.ts'
import { BadRequest } from '../errors.ts'
import type { OperationName } from '../http/methods.ts'
import { isJsonObject } from '../json.ts'
import { groupWrites } from '../stores/group-writes.ts'
import { describeError, wrongUse } from './command-error.ts'
import type { FoundCollection } from './find-collection.ts'
import type { Declarations } from './load-resources.ts'
import type { ImportCommand, OnConflict } from './parse-arguments.ts'

/** What each way asks of a document that may be there already. */
const operationOf: Readonly<Record<Exclude<OnConflict, 'fail'>, OperationName>> = { skip: 'read', replace: 'update' }

/**
 * Refuses, before anything is opened, what no document could be loaded by.
 *
 * @throws CommandError (usage) where an operation that it needs is not offered, or the path is one that is never served
 */
export function checkImport ({ path, onConflict }: Pick<ImportCommand, 'path' | 'onConflict'>, { file }: Pick<Declarations, 'file'>, { declared, params, definition }: FoundCollection): void {
  if (!offers(definition, 'create')) throw wrongUse(`${path} does not offer create`)
  if (onConflict !== 'fail' && !offers(definition, operationOf[onConflict])) {
    throw wrongUse(`${path} does not offer ${operationOf[onConflict]}, which --on-conflict ${onConflict} needs`)
  }
  const { paramsSchema } = definition
  if (isJsonObject(paramsSchema)) checkParams(path, params, compileParams(file, paramsSchema, `${declared}.paramsSchema`))
}

function offers ({ operations, provider }: FoundCollection['definition'], operation: OperationName): boolean {
  const isDeclared = operations?.includes?.(operation) ?? true
  return isDeclared && (!isJsonObject(provider) || canProvide(provider, operation))
}

function compileParams (file: string, schema: object, label: string): SchemaCheck {
  try {
    return compileSchema(schema, label, 'The path')
  } catch (error) {
    throw wrongUse(`${file}: ${describeError(error)}`, error)
  }
}

function checkParams (path: string, params: FoundCollection['params'], check: SchemaCheck): void {
  try {
    check(params)
  } catch (error) {
    throw error instanceof BadRequest ? wrongUse(`${path} names nothing: ${error.message}`, error) : error
  }
}

/** The store of the collection, where it has one of its own. What is no store is left to those who judge declarations. */
export function withGroupedWrites (declarations: Declarations, { declared, definition }: FoundCollection): Declarations {
  const { store } = definition
  if (!isStore(store)) return declarations
  return { ...declarations, resources: { ...declarations.resources, [declared]: { ...definition, store: groupWrites(store) } } }
}
