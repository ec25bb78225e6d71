import type { ErrorObject, ValidateFunction } from 'ajv'
import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { excerpt } from '../crest/json-content.ts'
import { formatStrictPointer, parseStrictPointer } from '../crest/json-pointer.ts'
import type { JsonPointer } from '../crest/json-pointer.ts'
import { BadRequest } from '../errors.ts'
import { createValidator } from './schema-validator.ts'

/** One violation of a schema, as `detail.violations` lists it. */
export interface Violation {
  /** JSON pointer (RFC 6901) to the offending or missing member; the empty string is the whole value. Of more than 200 characters the beginning is told, with `…`. */
  readonly pointer: string
  readonly message: string
}

/** Judges a value against a compiled schema; throws `BadRequest` with all violations in `detail`. */
export type SchemaCheck = (value: unknown) => void

/** At most so many violations are reported. */
const maxViolations = 50

/**
 * Compiles a JSON Schema: draft 2020-12 or 2019-09 where `$schema` says so, draft 7 otherwise.
 *
 * @throws CREST_ERR_INVALID_OPTION naming `path` where the schema cannot be compiled
 */
export function compileSchema (schema: object, path: string, subject: string): SchemaCheck {
  const validate = compile(schema, path)
  return (value) => {
    if (validate(value)) return
    const violations = (validate.errors as readonly ErrorObject[]).map(toViolation)
    throw new SchemaMismatch(subject, violations)
  }
}

/** Content that does not fit its schema. */
class SchemaMismatch extends BadRequest {
  readonly #subject: string
  readonly #violations: readonly Violation[]

  constructor (subject: string, violations: readonly Violation[]) {
    const [first] = violations
    super(`${subject} does not fit its schema: ${`${excerpt(first?.pointer ?? '')} ${first?.message}`.trimStart()}`, {
      detail: {
        violations: violations.slice(0, maxViolations).map(({ pointer, message }) => ({ pointer: excerpt(pointer), message })),
        ...(violations.length > maxViolations ? { omitted: violations.length - maxViolations } : {})
      }
    })
    this.name = BadRequest.name
    this.#subject = subject
    this.#violations = violations
  }

  /** Tells nothing of what is at or below these pointers, beyond that they are the cause where nothing else is. */
  without (pointers: readonly JsonPointer[]): SchemaMismatch {
    const ruleOf = ({ pointer }: Violation): JsonPointer | undefined => {
      const tokens = parseStrictPointer(pointer) ?? []
      return pointers.find((rule) => rule.every((token, index) => token === tokens[index]))
    }
    const told = this.#violations.filter((violation) => ruleOf(violation) === undefined)
    if (told.length > 0) return new SchemaMismatch(this.#subject, told)
    const rules = new Set(this.#violations.map((violation) => formatStrictPointer(ruleOf(violation) ?? [])))
    return new SchemaMismatch(this.#subject, [...rules].map((pointer) => ({ pointer, message: 'does not fit' })))
  }
}

/** Whether an error says that a content does not fit its schema. */
export function isSchemaMismatch (error: unknown): boolean {
  return error instanceof SchemaMismatch
}

/** Runs a check of contents whose refusal must tell nothing of what is at or below these members. */
export function concealing (pointers: readonly JsonPointer[], check: () => void): void {
  try {
    check()
  } catch (error) {
    throw error instanceof SchemaMismatch && pointers.length > 0 ? error.without(pointers) : error
  }
}

function compile (schema: object, path: string): ValidateFunction {
  try {
    return createValidator(schema)
  } catch (error) {
    throw new CREST_ERR_INVALID_OPTION(path, `cannot be compiled: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Where an error is about a member of the object that it points at: the parameter of the keyword that names the member. */
const blamed: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  dependencies: 'missingProperty',
  dependentRequired: 'missingProperty',
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
  propertyNames: 'propertyName'
}

/** Points at the member itself, also where it is missing or not allowed; Ajv points at its parent. */
function toViolation ({ instancePath, keyword, params, propertyName, message = keyword }: ErrorObject): Violation {
  const member: unknown = propertyName ?? params[blamed[keyword] ?? '']
  return {
    pointer: typeof member === 'string' ? `${instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}` : instancePath,
    message
  }
}
