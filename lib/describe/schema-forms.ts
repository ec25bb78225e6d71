import type { JsonPointer } from '../crest/json-pointer.ts'
import { isJsonObject } from '../json.ts'
import type { ApiObject } from './openapi-types.ts'

/** How a form of a content differs from the content itself. */
export interface FormRules {
  /** Members beside the content, such as `_id`, and which of them are always there. */
  readonly members: Readonly<Record<string, ApiObject>>
  readonly required: readonly string[]
  /** Members of the content that the form has not. */
  readonly without: readonly JsonPointer[]
  /** Members of the content that the form need not have. */
  readonly optional: readonly JsonPointer[]
  /** Whether members that have a `default` may be left out. */
  readonly fillsDefaults: boolean
}

/** What a reference refers to; undefined where it is no component. */
export type Find = (reference: string) => ApiObject | undefined

/** What an edit of a schema changes, at one level. */
type Edit = Omit<FormRules, 'members' | 'required'> & { readonly names: readonly string[] }

/**
 * The schema of a form of a content: the content with other members beside it, where it is open to them, otherwise a
 * copy of its schema in which they are.
 *
 * @param content the schema of the content
 * @param reference how the document refers to that schema
 */
export function formOf (content: ApiObject, reference: ApiObject, rules: FormRules, find: Find): ApiObject {
  const { members, required, ...edits } = rules
  const names = Object.keys(members)
  const edited = edit(content, { ...edits, names }, find, new Set())
  const added = { type: 'object', properties: members, ...(required.length === 0 ? {} : { required }) }
  if (edited === content) return { allOf: [added, reference] }
  // A schema that is all in another one, or in several, is no place to put members.
  if (!isJsonObject(edited['properties'])) return { allOf: [added, edited] }
  const { title, examples, default: _default, ...rest } = edited
  const needed = [...required, ...stringsOf(rest['required'])]
  const { required: _required, ...others } = rest
  return { ...others, properties: { ...members, ...without(rest['properties'], names) }, ...(needed.length === 0 ? {} : { required: needed }) }
}

/** The schema as it is to be; the same object where nothing of it changes. */
function edit (schema: ApiObject, rules: Edit, find: Find, seen: ReadonlySet<string>): ApiObject {
  if (rules.names.length + rules.without.length + rules.optional.length === 0 && !rules.fillsDefaults) return schema
  const { $ref } = schema
  if (typeof $ref !== 'string') return editMembers(schema, rules, find, seen)
  const target = seen.has($ref) ? undefined : find($ref)
  if (target === undefined) return schema
  const inlined = edit(target, rules, find, new Set([...seen, $ref]))
  if (inlined === target) return schema
  const { $ref: _reference, ...beside } = schema
  return Object.keys(beside).length === 0 ? inlined : { ...beside, allOf: [...listOf(beside['allOf']), inlined] }
}

function editMembers (schema: ApiObject, rules: Edit, find: Find, seen: ReadonlySet<string>): ApiObject {
  const changes: Record<string, unknown> = {}
  const gone = headsOf(rules.without)
  const optional = headsOf(rules.optional)
  const given = isJsonObject(schema['properties']) ? schema['properties'] : undefined
  if (given !== undefined) {
    const properties = Object.fromEntries(Object.entries(given).flatMap(([name, member]) =>
      gone.has(name) ? [] : [[name, isJsonObject(member) ? edit(member, below(rules, name), find, seen) : member]]))
    const names = closes(schema) ? rules.names.filter((name) => !Object.hasOwn(properties, name)) : []
    for (const name of names) properties[name] = true
    if (Object.keys(given).length !== Object.keys(properties).length || Object.entries(properties).some(([name, member]) => given[name] !== member)) changes['properties'] = properties
  } else if (closes(schema) && rules.names.length > 0) changes['properties'] = Object.fromEntries(rules.names.map((name) => [name, true]))
  const needed = stringsOf(schema['required'])
  const left = needed.filter((name) => !gone.has(name) && !optional.has(name) && !(rules.fillsDefaults && hasDefault(given?.[name])))
  if (left.length !== needed.length) changes['required'] = left
  if (gone.size + optional.size > 0) Object.assign(changes, withoutCounting(schema))
  if (rules.names.length > 0) Object.assign(changes, allowing(schema, rules.names))
  Object.assign(changes, editBranches(schema, rules, find, seen))
  if (rules.fillsDefaults && isJsonObject(schema['items'])) {
    const items = edit(schema['items'], below(rules, undefined), find, seen)
    if (items !== schema['items']) changes['items'] = items
  }
  if (Object.keys(changes).length === 0) return schema
  const result = { ...schema, ...changes }
  return Object.fromEntries(Object.entries(result).filter(([keyword, value]) => value !== undefined && !(keyword === 'required' && Array.isArray(value) && value.length === 0)))
}

/** The schemas that judge the same value. */
function editBranches (schema: ApiObject, rules: Edit, find: Find, seen: ReadonlySet<string>): ApiObject {
  const changes: Record<string, unknown> = {}
  // Ajv fills in no defaults where it is not clear which schema the value will fit.
  const unsure = { ...rules, fillsDefaults: false }
  for (const [keyword, value] of Object.entries(schema)) {
    const branchRules = keyword === 'allOf' ? rules : unsure
    const one = (branch: unknown): unknown => isJsonObject(branch) ? edit(branch, branchRules, find, seen) : branch
    if ((keyword === 'allOf' || keyword === 'anyOf' || keyword === 'oneOf') && Array.isArray(value)) {
      const branches = value.map(one)
      if (branches.some((branch, index) => branch !== value[index])) changes[keyword] = branches
    } else if (keyword === 'if' || keyword === 'then' || keyword === 'else') {
      if (one(value) !== value) changes[keyword] = one(value)
    } else if (keyword === 'dependentSchemas' && isJsonObject(value)) {
      const branches = Object.fromEntries(Object.entries(value).map(([name, branch]) => [name, one(branch)]))
      if (Object.entries(branches).some(([name, branch]) => branch !== value[name])) changes[keyword] = branches
    }
  }
  return changes
}

function below (rules: Edit, name: string | undefined): Edit {
  const next = (pointers: readonly JsonPointer[]): readonly JsonPointer[] =>
    pointers.filter((pointer) => pointer.length > 1 && pointer[0] === name).map((pointer) => pointer.slice(1))
  return { ...rules, names: [], without: next(rules.without), optional: next(rules.optional) }
}

function headsOf (pointers: readonly JsonPointer[]): ReadonlySet<string> {
  return new Set(pointers.flatMap((pointer) => pointer.length === 1 ? pointer : []))
}

/** Whether members that it does not name are refused, or judged by another schema than their own. */
function closes (schema: ApiObject): boolean {
  return ['additionalProperties', 'unevaluatedProperties'].some((keyword) => {
    const rest = schema[keyword]
    return rest !== undefined && rest !== true && !(isJsonObject(rest) && Object.keys(rest).length === 0)
  })
}

/** What counts members would count others than it was meant for. */
function withoutCounting (schema: ApiObject): ApiObject {
  return Object.fromEntries(['minProperties', 'dependentRequired'].filter((keyword) => keyword in schema).map((keyword) => [keyword, undefined]))
}

/** What is said of the names or the number of all members must not hold for those beside the content. */
function allowing (schema: ApiObject, names: readonly string[]): ApiObject {
  const { propertyNames, maxProperties, patternProperties } = schema
  return {
    ...(isJsonObject(patternProperties) ? { patternProperties: withoutNames(patternProperties, names) } : {}),
    ...(propertyNames === undefined ? {} : { propertyNames: { anyOf: [{ enum: names }, propertyNames] } }),
    ...(typeof maxProperties === 'number' ? { maxProperties: maxProperties + names.length } : {})
  }
}

/** The same schemas by patterns that none of the names fits. */
function withoutNames (patterns: ApiObject, names: readonly string[]): ApiObject {
  return Object.fromEntries(Object.entries(patterns).map(([pattern, schema]) => [`^(?!(?:${names.join('|')})$)(?=[^]*?(?:${pattern}))`, schema]))
}

/** Ajv fills in the defaults of properties themselves, not those behind a reference. */
function hasDefault (member: unknown): boolean {
  return isJsonObject(member) && 'default' in member
}

function without (members: unknown, names: readonly string[]): ApiObject {
  return isJsonObject(members) ? Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name))) : {}
}

function stringsOf (value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : []
}

function listOf (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
