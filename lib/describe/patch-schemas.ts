import type { Components } from './openapi-components.ts'
import type { ApiObject } from './openapi-types.ts'

const crestPointer = (description: string): ApiObject => ({ type: 'string', description: `${description}: a JSON pointer.`, examples: ['/name'] })

const strictPointer = (description: string): ApiObject => ({ type: 'string', description: `${description}: a JSON pointer (RFC 6901).`, examples: ['/name'] })

/** An operation of one of several names: `key` has the name, `place` the pointer to what is changed. */
function operation (key: string, place: ApiObject, names: readonly string[], members: ApiObject, required: readonly string[]): ApiObject {
  const name = { type: 'string', ...(names.length === 1 ? { const: names[0] } : { enum: names }) }
  return { type: 'object', properties: { [key]: name, ...place, ...members }, required: [key, ...Object.keys(place), ...required] }
}

const crestOperation = operation.bind(undefined, 'operation', { field: crestPointer('Where') })

const jsonOperation = operation.bind(undefined, 'op', { path: strictPointer('Where') })

/** The operations of a Common REST patch (Common REST, patch operations). */
const crestPatch: ApiObject = {
  type: 'array',
  description: 'A Common REST patch: operations that are applied in their order, all or none.',
  items: {
    anyOf: [
      crestOperation(['add', 'replace'], { value: { not: { type: 'null' }, description: 'The value to set, append or insert.' } }, ['value']),
      crestOperation(['remove'], { value: { description: 'Removes only what equals it.' } }, []),
      crestOperation(['increment'], { value: { type: 'number', description: 'What is added to the number there.' } }, ['value']),
      crestOperation(['move', 'copy'], { from: crestPointer('From where') }, ['from'])
    ]
  },
  examples: [[{ operation: 'replace', field: '/name', value: 'A' }]]
}

/** The operations of a JSON Patch (RFC 6902). */
const jsonPatch: ApiObject = {
  type: 'array',
  description: 'A JSON Patch (RFC 6902).',
  items: {
    anyOf: [
      jsonOperation(['add', 'replace', 'test'], { value: { description: 'Any JSON value.' } }, ['value']),
      jsonOperation(['remove'], {}, []),
      jsonOperation(['move', 'copy'], { from: strictPointer('From where') }, ['from'])
    ]
  },
  examples: [[{ op: 'replace', path: '/name', value: 'A' }]]
}

/** The schema of a patch in a media type, of so many operations at most; a merge patch is of the content that it patches. */
export function patchSchema (mediaType: string, patchOperations: number, mergePatch: () => ApiObject, components: Components): ApiObject {
  if (mediaType === 'application/merge-patch+json') return mergePatch()
  return mediaType === 'application/json-patch+json'
    ? components.share('schemas', 'JsonPatch', { ...jsonPatch, maxItems: patchOperations })
    : components.share('schemas', 'Patch', { ...crestPatch, maxItems: patchOperations })
}
