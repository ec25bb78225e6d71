import { Ajv } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Options, ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** A draft of JSON Schema. */
interface Draft {
  readonly Validator: typeof Ajv | typeof Ajv2019 | typeof Ajv2020
  /** The `$id` of its meta-schema. */
  readonly metaSchema: string
}

const draft7: Draft = { Validator: Ajv, metaSchema: 'http://json-schema.org/draft-07/schema' }
const draft2019: Draft = { Validator: Ajv2019, metaSchema: 'https://json-schema.org/draft/2019-09/schema' }
const draft2020: Draft = { Validator: Ajv2020, metaSchema: 'https://json-schema.org/draft/2020-12/schema' }

/** Nothing is coerced and nothing dropped: an invalid body must not pass by being mended. */
const options: Options = { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: true, strictTypes: false, strictTuples: false }

/** V8 leaves out itself what Ajv could leave out of the functions that it writes; to find it takes Ajv as long as to write them. */
const unoptimized: Options = { code: { optimize: false } }

/** Those that judge schemas themselves. */
const judges = new Map<Draft, Ajv>()

/**
 * Compiles a JSON Schema with an Ajv of its own, so that names in one schema mean nothing in another: draft 2020-12 or
 * 2019-09 where `$schema` says so, draft 7 otherwise.
 *
 * @throws where the schema cannot be compiled
 */
export function createValidator (schema: object): ValidateFunction {
  const draft = draftOf(schema)
  const isJudged = namesMetaSchema(schema, draft)
  // Each Ajv would compile the meta-schema again, which takes longer than most schemas; one for all does not learn of
  // the schemas that it judges. A `$schema` of another kind is resolved where the names of this schema are known.
  if (isJudged) judgeOf(draft).validateSchema(schema, true)
  const validate = createAjv(draft, { ...options, ...unoptimized, validateSchema: !isJudged }).compile(schema)
  // Its answer would be a promise, which is true.
  if ('$async' in validate) throw new Error('$async is not supported')
  return validate
}

function draftOf (schema: object): Draft {
  const name = '$schema' in schema ? String(schema.$schema) : ''
  if (name.includes('/draft/2020-12/')) return draft2020
  return name.includes('/draft/2019-09/') ? draft2019 : draft7
}

function namesMetaSchema (schema: object, { metaSchema }: Draft): boolean {
  const name = '$schema' in schema ? schema.$schema : undefined
  return name === undefined || name === metaSchema || name === `${metaSchema}#`
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
  return ajv
}
