import { parseStrictPointer } from '../crest/json-pointer.ts'
import { isJsonObject } from '../json.ts'
import { schemasIn } from './schema-keywords.ts'
import type { ApiObject } from './openapi-types.ts'

/** What a schema, and each schema in it, can be referred to by. */
export interface SchemaReferences {
  /** What `reference` refers to from within `from`, a schema that is part of the whole; undefined where that is elsewhere. */
  readonly resolve: (reference: string, from: ApiObject) => unknown
  /** The name that a schema gives to itself: the last part of its `$id`; undefined where it has none. */
  readonly nameOf: (schema: ApiObject) => string | undefined
}

/** Stands for the address of a schema that has none. */
const nowhere = 'http://schema.invalid/'

/** Finds out what the references in a schema refer to (JSON Schema 2020-12 section 8.2; draft 7 section 8). */
export function indexReferences (root: ApiObject): SchemaReferences {
  const bases = new Map<ApiObject, string>()
  const places = new Map<string, ApiObject>([[nowhere, root]])

  const visit = (schema: unknown, outer: string): void => {
    if (!isJsonObject(schema) || bases.has(schema)) return
    const id = idOf(schema)
    const base = id === undefined ? outer : withoutFragment(absolute(id, outer))
    bases.set(schema, base)
    if (id !== undefined) places.set(base, schema)
    for (const anchor of anchorsOf(schema)) places.set(`${base}#${anchor}`, schema)
    for (const inner of schemasIn(schema)) visit(inner, base)
  }
  visit(root, nowhere)

  return {
    nameOf: (schema) => idOf(schema)?.replace(/[#?].*$/, '').replace(/\/+$/, '').split(/[/:]/).at(-1)?.replace(/\.json$/, ''),
    resolve: (reference, from) => {
      const url = absolute(reference, bases.get(from) ?? nowhere)
      const base = withoutFragment(url)
      const fragment = decodeURIComponent(url.slice(base.length + 1))
      if (fragment !== '' && !fragment.startsWith('/')) return places.get(`${base}#${fragment}`)
      const resource = places.get(base)
      const found = resource === undefined ? undefined : follow(resource, parseStrictPointer(fragment) ?? [])
      // What is found where no keyword has schemas is one by being referred to.
      visit(found, base)
      return found
    }
  }
}

/** In draft 7 a fragment alone is no `$id` but an anchor. */
function idOf ({ $id }: ApiObject): string | undefined {
  return typeof $id === 'string' && !$id.startsWith('#') ? $id : undefined
}

/** Ajv knows no `$anchor`. */
function anchorsOf ({ $id, $dynamicAnchor }: ApiObject): readonly string[] {
  const ofId = typeof $id === 'string' && $id.startsWith('#') ? $id.slice(1) : undefined
  return [ofId, $dynamicAnchor].filter((anchor) => typeof anchor === 'string')
}

function absolute (reference: string, base: string): string {
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference
}

function withoutFragment (url: string): string {
  return url.split('#', 1)[0] as string
}

function follow (from: unknown, tokens: readonly string[]): unknown {
  return tokens.reduce((at: unknown, token) => typeof at === 'object' && at !== null && Object.hasOwn(at, token) ? (at as ApiObject)[token] : undefined, from)
}
