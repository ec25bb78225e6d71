import { maxPatchOperations } from '../crest/patch-operation.ts'
import type { Components } from './openapi-components.ts'
import type { ApiObject } from './openapi-types.ts'

const pointer = (description: string): ApiObject => ({ type: 'string', description: `${description}: a JSON pointer.`, examples: ['/name'] })

const field = pointer('Where')

function operation (names: readonly string[], members: ApiObject, required: readonly string[]): ApiObject {
  const [name] = names
  const text = { type: 'string', ...(names.length === 1 ? { const: name } : { enum: names }) }
  return { type: 'object', properties: { operation: text, field, ...members }, required: ['operation', 'field', ...required] }
}

/** The operations of a Common REST patch (Common REST, patch operations). */
const crestPatch: ApiObject = {
  type: 'array',
  description: 'A Common REST patch: operations that are applied in their order, all or none.',
  maxItems: maxPatchOperations,
  items: {
    anyOf: [
      operation(['add', 'replace'], { value: { not: { type: 'null' }, description: 'The value to set, append or insert.' } }, ['value']),
      operation(['remove'], { value: { description: 'Removes only what equals it.' } }, []),
      operation(['increment'], { value: { type: 'number', description: 'What is added to the number there.' } }, ['value']),
      operation(['move', 'copy'], { from: pointer('From where') }, ['from'])
    ]
  },
  examples: [[{ operation: 'replace', field: '/name', value: 'A' }]]
}

const path = { type: 'string', description: 'Where: a JSON pointer (RFC 6901).', examples: ['/name'] }

function jsonOperation (names: readonly string[], members: ApiObject, required: readonly string[]): ApiObject {
  const [name] = names
  const text = { type: 'string', ...(names.length === 1 ? { const: name } : { enum: names }) }
  return { type: 'object', properties: { op: text, path, ...members }, required: ['op', 'path', ...required] }
}

/** The operations of a JSON Patch (RFC 6902). */
const jsonPatch: ApiObject = {
  type: 'array',
  description: 'A JSON Patch (RFC 6902).',
  maxItems: maxPatchOperations,
  items: {
    anyOf: [
      jsonOperation(['add', 'replace', 'test'], { value: { description: 'Any JSON value.' } }, ['value']),
      jsonOperation(['remove'], {}, []),
      jsonOperation(['move', 'copy'], { from: { ...path, description: 'From where: a JSON pointer (RFC 6901).' } }, ['from'])
    ]
  },
  examples: [[{ op: 'replace', path: '/name', value: 'A' }]]
}

/** The schema of a patch in a media type; a merge patch is of the content that it patches. */
export function patchSchema (mediaType: string, mergePatch: () => ApiObject, components: Components): ApiObject {
  if (mediaType === 'application/merge-patch+json') return mergePatch()
  return mediaType === 'application/json-patch+json'
    ? components.share('schemas', 'JsonPatch', jsonPatch)
    : components.share('schemas', 'Patch', crestPatch)
}
