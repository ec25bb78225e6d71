import { UnsupportedMediaType } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { PatchLimits } from '../limits.ts'
import { startDraft } from './document-draft.ts'
import { assertPlainJson } from './json-content.ts'
import { parseJsonPatch } from './json-patch-operation.ts'
import type { JsonPatchOperation } from './json-patch-operation.ts'
import { applyJsonPatch } from './json-patch.ts'
import { formatJsonPointer, formatStrictPointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { applyMergePatch, parseMergePatch } from './merge-patch.ts'
import { applyOperations } from './patch-common-rest.ts'
import { parsePatch, refuseUnofferedOperations } from './patch-operation.ts'
import type { PatchOperation } from './patch-operation.ts'

/** What a PATCH carries, in one of three languages. */
export type Patch =
  | { readonly language: 'common-rest', readonly operations: readonly PatchOperation[] }
  | { readonly language: 'json-patch', readonly operations: readonly JsonPatchOperation[] }
  | { readonly language: 'merge-patch', readonly members: JsonObject }

/** What a patch must know beside the content of the document. */
export interface PatchOptions {
  /** The `_id` of the document; none for a singleton. */
  readonly id?: string | undefined
  /** The `_rev` of the document. */
  readonly revision?: string
  /** Whether the array at `pointer` is a set (`uniqueItems: true` in the schema), for Common REST. Default: none is. */
  readonly isSet?: (pointer: JsonPointer) => boolean
  /** What the patch may ask for. Default that of every resource. */
  readonly limits?: PatchLimits
}

/** A place that an operation of a patch reads. */
export interface PatchRead { readonly pointer: JsonPointer, readonly operation: string }

/**
 * The media types of patches, in the order in which `Accept-Patch` lists them, with their parsers, which throw
 * `BadRequest` (Common REST, patch media types; RFC 5789 section 3.1).
 */
export const patchLanguages: ReadonlyMap<string, (body: JsonValue, limits: PatchLimits) => Patch> = new Map<string, (body: JsonValue, limits: PatchLimits) => Patch>([
  ['application/json', (body, limits) => ({ language: 'common-rest', operations: parsePatch(body, limits) })],
  ['application/json-patch+json', (body, limits) => ({ language: 'json-patch', operations: parseJsonPatch(body, limits) })],
  ['application/merge-patch+json', body => ({ language: 'merge-patch', members: parseMergePatch(body) })]
])

/**
 * The patch that `body` is in the language of `mediaType`, `type/subtype` in lower case.
 * Throws `BadRequest` where it is malformed, `NotImplemented` for operations that are not offered, and
 * `UnsupportedMediaType` for a media type that is none of {@link patchLanguages}.
 *
 * @example
 * readPatch('application/merge-patch+json', { nickname: null }) // { language: 'merge-patch', members: { nickname: null } }
 */
export function readPatch (mediaType: string, body: JsonValue, limits: PatchLimits = defaultLimits): Patch {
  const parse = patchLanguages.get(mediaType)
  if (parse === undefined) throw new UnsupportedMediaType('The media type is not that of a patch')
  const patch = parse(body, limits)
  if (patch.language === 'common-rest') refuseUnofferedOperations(patch.operations)
  return patch
}

/**
 * The document after the whole patch, the same object where nothing was touched. Neither `document` nor the patch is
 * changed; the result shares structure with both. The schema is not judged. All or nothing; throws
 * - `BadRequest` where an operation makes no sense (an index of a set, another `_id` or `_rev`, a root without an object,
 *   a move into itself, a sum of no numbers), the result breaks the rules of `assertPlainJson`, or the patch costs more
 *   than `patchComparisons` or `patchResultSize`;
 * - `Conflict` where an operation does not fit the current content (a scalar within the path, an index beyond the end, a
 *   source that is missing, a `test` that fails);
 * - `NotImplemented` for operations that are not offered.
 *
 * (Common REST, patch semantics; RFC 6902 section 5; RFC 7396 section 2.)
 *
 * @example
 * applyPatch({ l: [1] }, readPatch('application/json', [{ operation: 'add', field: '/l/-', value: 2 }])) // { l: [1, 2] }
 */
export function applyPatch (document: JsonObject, patch: Patch, options: PatchOptions = {}): JsonObject {
  const root = patchedRoot(document, patch, options)
  if (root !== document) assertPlainJson(root, options.limits)
  return root
}

/**
 * The places that a patch reads, in order: whoever may not read one could learn its value by the patch. They are the
 * source of a `move` or `copy`, what a `test` compares, the number that `increment` adds to, and what a `remove` removes only if it equals a value. The whole
 * document, `[]`, is everything in it. A merge patch reads nothing.
 *
 * @example
 * patchReads(readPatch('application/json', [{ operation: 'copy', from: '/secret', field: '/nickname' }]))
 * // [{ pointer: ['secret'], operation: 'copy' }]
 */
export function patchReads (patch: Patch): readonly PatchRead[] {
  if (patch.language === 'merge-patch') return []
  const operations: ReadonlyArray<PatchOperation | JsonPatchOperation> = patch.operations
  return operations.flatMap(operation => {
    const pointer = readBy(operation)
    return pointer === undefined ? [] : [{ pointer, operation: operation.kind }]
  })
}

function readBy (operation: PatchOperation | JsonPatchOperation): JsonPointer | undefined {
  switch (operation.kind) {
    case 'move':
    case 'copy':
      return operation.from
    case 'test':
      return operation.path
    case 'increment':
      // Which sums fail tells the number.
      return operation.field
    case 'remove':
      return 'field' in operation && operation.value !== undefined ? operation.field : undefined
    default:
      return undefined
  }
}

function patchedRoot (document: JsonObject, patch: Patch, { id, revision, isSet, limits = defaultLimits }: PatchOptions): JsonObject {
  // Not spread, which would give each a shape of its own.
  const server: Record<string, string> = {}
  if (id !== undefined) server['_id'] = id
  if (revision !== undefined) server['_rev'] = revision
  const draft = startDraft(document, {
    server,
    makesParents: patch.language !== 'json-patch',
    format: patch.language === 'common-rest' ? formatJsonPointer : formatStrictPointer,
    isSet: isSet ?? (() => false)
  }, limits)
  if (patch.language === 'common-rest') applyOperations(draft, patch.operations)
  else if (patch.language === 'json-patch') applyJsonPatch(draft, patch.operations)
  else applyMergePatch(draft, patch.members)
  return draft.root
}
