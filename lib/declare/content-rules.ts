import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, Options, ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { formatJsonPointer } from '../crest/json-pointer.ts'
import { BadRequest } from '../errors.ts'

/** One violation of a schema, as `detail.violations` lists it. */
export interface Violation {
  /** JSON pointer (RFC 6901) to the offending or missing member; the empty string is the whole value. */
  readonly pointer: string
  readonly message: string
}

/** Judges a value against a compiled schema; throws `BadRequest` with all violations in `detail`. */
export type SchemaCheck = (value: unknown) => void

/** At most so many violations are reported. */
const maxViolations = 50

/** Nothing is coerced and nothing dropped: an invalid body must not pass by being mended. */
const options: Options = { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: true, strictTypes: false, strictTuples: false }

/**
 * Compiles a JSON Schema with an Ajv of its own: draft 2020-12 or 2019-09 where `$schema` says so, draft 7 otherwise.
 *
 * @throws CREST_ERR_INVALID_OPTION naming `path` where the schema cannot be compiled
 */
export function compileSchema (schema: object, path: string, subject: string): SchemaCheck {
  const validate = compile(schema, path)
  return (value) => {
    if (validate(value)) return
    const violations = (validate.errors ?? []).map(toViolation)
    throw new BadRequest(`${subject} does not fit its schema: ${violations[0]?.pointer ?? ''} ${violations[0]?.message ?? ''}`, {
      detail: {
        violations: violations.slice(0, maxViolations),
        ...(violations.length > maxViolations ? { omitted: violations.length - maxViolations } : {})
      }
    })
  }
}

function compile (schema: object, path: string): ValidateFunction {
  const draft = '$schema' in schema ? String(schema.$schema) : ''
  const ajv = /draft\/20(?:19-09|20-12)\//.test(draft) ? new Ajv2020(options) : new Ajv(options)
  formats.default(ajv)
  try {
    return ajv.compile(schema)
  } catch (error) {
    throw new CREST_ERR_INVALID_OPTION(path, `cannot be compiled: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Points at the member itself, also where it is missing or not allowed; Ajv points at its parent. */
function toViolation ({ instancePath, keyword, params, message }: ErrorObject): Violation {
  const member = keyword === 'required' ? params['missingProperty'] : keyword === 'additionalProperties' ? params['additionalProperty'] : undefined
  return {
    pointer: typeof member === 'string' ? instancePath + formatJsonPointer([member]) : instancePath,
    message: message ?? keyword
  }
}
