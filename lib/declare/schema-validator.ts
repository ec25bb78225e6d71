import { Ajv } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Options, ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { judgeInLinearTime } from './linear-keywords.ts'

/** A draft of JSON Schema. */
interface Draft {
  readonly Validator: typeof Ajv | typeof Ajv2019 | typeof Ajv2020
  /** The `$id` of its meta-schema. */
  readonly metaSchema: string
}

const draft7: Draft = { Validator: Ajv, metaSchema: 'http://json-schema.org/draft-07/schema' }
const draft2019: Draft = { Validator: Ajv2019, metaSchema: 'https://json-schema.org/draft/2019-09/schema' }
const draft2020: Draft = { Validator: Ajv2020, metaSchema: 'https://json-schema.org/draft/2020-12/schema' }

/**
 * Nothing is coerced and nothing dropped: an invalid body must not pass by being mended. What objects inherit is none of their
 * members, whatever a schema calls its own.
 */
const options: Options = { allErrors: true, ownProperties: true, coerceTypes: false, removeAdditional: false, useDefaults: true, strictTypes: false, strictTuples: false }

/**
 * Those that compile schemas. V8 leaves out itself what Ajv could leave out of the functions that it writes; to find it
 * takes Ajv as long as to write them.
 */
const compilerOptions: Options = { ...options, validateSchema: false, code: { optimize: false } }

/** Those that judge schemas by their meta-schema. */
const judges = new Map<Draft, Ajv>()

/** The one that compiles schemas without names, and how many it has compiled. */
const compilers = new Map<Draft, { readonly ajv: Ajv, count: number }>()

/** An Ajv keeps what it has compiled, so another one takes its place after so many. */
const maxCompiled = 50

/** What gives a schema, or a part of one, a name that others can refer to. */
const namingKeywords: ReadonlySet<string> = new Set(['$id', '$anchor', '$dynamicAnchor', '$recursiveAnchor'])

/**
 * Compiles a JSON Schema: draft 2020-12 or 2019-09 where `$schema` says so, draft 7 otherwise. Names in one schema mean
 * nothing in another.
 *
 * @throws where the schema cannot be compiled
 */
export function createValidator (schema: object): ValidateFunction {
  const draft = draftOf(schema)
  const validate = compile(schema, draft)
  // Its answer would be a promise, which is true.
  if ('$async' in validate) throw new Error('$async is not supported')
  return validate
}

/**
 * An Ajv of its own for each schema would compile the meta-schema again, which takes longer than most schemas. One that
 * judges all does not learn of them; and one compiles those that have nothing which others could refer to.
 */
function compile (schema: object, draft: Draft): ValidateFunction {
  if (concernsMetaSchemas(schema, draft)) return createAjv(draft, { ...compilerOptions, validateSchema: true }).compile(schema)
  judgeOf(draft).validateSchema(schema, true)
  const ajv = hasMember(schema, (keyword) => namingKeywords.has(keyword)) ? createAjv(draft, compilerOptions) : compilerOf(draft)
  try {
    return ajv.compile(schema)
  } finally {
    // It would take the same object for the same schema, also where it was changed since.
    ajv.removeSchema(schema)
  }
}

/** Whether a schema refers to a meta-schema, or names another one than that of its draft: Ajv has to find it among the names of the schema. */
function concernsMetaSchemas (schema: object, { metaSchema }: Draft): boolean {
  return hasMember(schema, (keyword, value) => keyword === '$schema'
    ? value !== metaSchema && value !== `${metaSchema}#`
    : typeof value === 'string' && /json-schema\.org/i.test(value))
}

/** Whether this holds for a member at any depth. */
function hasMember (value: unknown, holds: (name: string, member: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => holds(name, member) || hasMember(member, holds))
}

function compilerOf (draft: Draft): Ajv {
  const current = compilers.get(draft)
  if (current !== undefined && current.count < maxCompiled) {
    current.count++
    return current.ajv
  }
  const ajv = createAjv(draft, compilerOptions)
  compilers.set(draft, { ajv, count: 1 })
  return ajv
}

function draftOf (schema: object): Draft {
  const name = '$schema' in schema ? String(schema.$schema) : ''
  if (name.includes('/draft/2020-12/')) return draft2020
  return name.includes('/draft/2019-09/') ? draft2019 : draft7
}

function judgeOf (draft: Draft): Ajv {
  const before = judges.get(draft)
  if (before !== undefined) return before
  const judge = createAjv(draft, options)
  judges.set(draft, judge)
  return judge
}

function createAjv ({ Validator }: Draft, options: Options): Ajv {
  const ajv = new Validator(options)
  formats.default(ajv)
  judgeInLinearTime(ajv)
  return ajv
}
