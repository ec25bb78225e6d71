import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonArray, jsonEqual } from './json-equal.ts'
import { arrayIndex, resolvePointer } from './json-pointer.ts'
import type { JsonPointer } from './json-pointer.ts'
import { ownMember, withMembers } from './members.ts'

/*
 * Rules about members that JSON pointers name: write-only members never leave the server, read-only members are set by
 * the server alone. (Common REST, writeOnly and readOnly of a resource.)
 */

// The tokens of all rules, as a tree.
interface RuleTree {
  // Whether a rule ends here.
  whole: boolean
  readonly members: Map<string, RuleTree>
  // What each element of an array that stands here is judged by: the members that are no positions. None: the tree itself.
  readonly elements?: RuleTree
}

/**
 * Compiles what takes the members at `pointers` out of a content. The content is not changed: only the containers on the
 * way to what is hidden are copied, and where there is nothing to hide it is returned itself.
 *
 * A secret must not leak because it is in a list: a token that meets an array and is no index applies to every element.
 * An index applies to that one element, which is left out where the pointer ends there. The empty pointer hides all.
 *
 * @example
 * const hide = hideMembers([['password'], ['keys', 'secret']])
 * hide({ name: 'A', password: 'x', keys: [{ id: 1, secret: 'y' }] }) // { name: 'A', keys: [{ id: 1 }] }
 */
export function hideMembers (pointers: readonly JsonPointer[]): (content: JsonObject) => JsonObject {
  const root = createTree()
  for (const pointer of pointers) insert(root, pointer)
  return (content) => (hide([root], content) ?? {}) as JsonObject
}

/**
 * Whether the value at `pointer` could hold or be part of a ruled member, so that to read it could reveal the member:
 * the pointer is at, below or above one of `rules`; the whole document, `[]`, is above all. An index and `-` may name the
 * element of an array that a rule passes over, so they are compared literally and skipped as well.
 *
 * @example
 * touches(['keys', '0'], [['keys', 'secret']]) // true
 * touches(['keys', '0', 'id'], [['keys', 'secret']]) // false
 */
export function touches (pointer: JsonPointer, rules: readonly JsonPointer[]): boolean {
  return rules.some((rule) => relationOf(pointer, rule) !== 'apart')
}

/**
 * Whether `pointer` is at or below one of `rules`, where {@link touches} also holds above them: for filters and sort
 * keys, which only compare scalars, so that a parent object reveals nothing.
 *
 * @example
 * touchesMember(['keys', '0', 'secret'], [['keys', 'secret']]) // true
 * touchesMember(['keys'], [['keys', 'secret']]) // false
 */
export function touchesMember (pointer: JsonPointer, rules: readonly JsonPointer[]): boolean {
  return rules.some((rule) => relationOf(pointer, rule) === 'within')
}

/**
 * `candidate` in which each ruled member that is missing has its stored value. Its parents are made where `stored` has
 * them as objects and `candidate` lacks them; a parent that is there and no object, also null or an array, has nothing to
 * keep: which element of a list keeps which value is not known. The same object where nothing is added; no input changes,
 * and the result shares structure with both.
 *
 * @example
 * keepMembers([['name', 'secret']], { name: { first: 'A', secret: 's' } }, { name: { first: 'B' } })
 * // { name: { first: 'B', secret: 's' } }
 */
export function keepMembers (pointers: readonly JsonPointer[], stored: JsonObject | undefined, candidate: JsonObject): JsonObject {
  if (stored === undefined) return candidate
  // Parents before what is in them: a member that is ruled as a whole must not be taken for a parent that was made.
  return pointers.toSorted((a, b) => a.length - b.length).reduce((content, pointer) => keep(pointer, stored, content), candidate)
}

/** How {@link changedMember} compares. */
export interface ChangedMemberOptions {
  /** Whether a member that is stored and missing in the candidate counts as changed, as it does after a patch. Default: no. */
  readonly missing?: boolean
}

/**
 * The first ruled member that `candidate` has and that does not equal (`jsonEqual`) the stored one; without `stored` the
 * first one that `candidate` has. Undefined where there is none.
 *
 * @example
 * changedMember([['owner']], { owner: 'a' }, { owner: 'b' }) // ['owner']
 * changedMember([['owner']], { owner: 'a' }, {}) // undefined
 * changedMember([['owner']], { owner: 'a' }, {}, { missing: true }) // ['owner']
 */
export function changedMember (
  pointers: readonly JsonPointer[],
  stored: JsonObject | undefined,
  candidate: JsonObject,
  { missing = false }: ChangedMemberOptions = {}
): JsonPointer | undefined {
  return pointers.find((pointer) => {
    const value = resolvePointer(candidate, pointer)
    return (missing || value !== undefined) && !jsonEqual(value, resolvePointer(stored, pointer))
  })
}

function createTree (): RuleTree {
  return { whole: false, members: new Map(), elements: { whole: false, members: new Map() } }
}

function insert (root: RuleTree, pointer: JsonPointer): void {
  let tree = root
  for (const token of pointer) {
    const next = tree.members.get(token) ?? createTree()
    tree.members.set(token, next)
    if (arrayIndex(token) === undefined) tree.elements?.members.set(token, next)
    tree = next
  }
  tree.whole = true
}

// Several trees at once: of `a/b` and `a/0/c` both apply to the first element of `a`. Undefined where all is hidden.
function hide (trees: readonly RuleTree[], value: JsonValue): JsonValue | undefined {
  if (trees.some((tree) => tree.whole)) return undefined
  if (isJsonArray(value)) return hideInElements(trees, value)
  return isJsonObject(value) ? hideInMembers(trees, value) : value
}

function hideInMembers (trees: readonly RuleTree[], object: JsonObject): JsonObject {
  const edits = new Map<string, JsonValue | undefined>()
  for (const { members } of trees) {
    for (const name of members.keys()) {
      const value = ownMember(object, name)
      if (value === undefined) continue
      const rest = hide(below(trees, name), value)
      if (rest !== value) edits.set(name, rest)
    }
  }
  return withMembers(object, edits)
}

function hideInElements (trees: readonly RuleTree[], list: readonly JsonValue[]): readonly JsonValue[] {
  const all = trees.map((tree) => tree.elements ?? tree)
  const rest = list.map((element, position) => hide([...all, ...below(trees, String(position))], element))
  return rest.every((element, position) => element === list[position]) ? list : rest.filter((element) => element !== undefined)
}

function below (trees: readonly RuleTree[], token: string): readonly RuleTree[] {
  return trees.flatMap((tree) => tree.members.get(token) ?? [])
}

// Follows all readings of the positions in `pointer` at once: `reached` are the numbers of tokens of the rule that may be passed.
function relationOf (pointer: JsonPointer, rule: JsonPointer): 'within' | 'above' | 'apart' {
  let reached: ReadonlySet<number> = new Set([0])
  for (const token of pointer) {
    if (reached.has(rule.length)) break
    const skips = token === '-' || arrayIndex(token) !== undefined
    reached = new Set([...reached].flatMap((passed) => [
      ...(rule[passed] === token ? [passed + 1] : []),
      ...(skips ? [passed] : [])
    ]))
  }
  if (reached.has(rule.length)) return 'within'
  return reached.size > 0 ? 'above' : 'apart'
}

function keep ([token, ...rest]: JsonPointer, stored: JsonObject, candidate: JsonObject): JsonObject {
  const kept = token === undefined ? undefined : ownMember(stored, token)
  if (token === undefined || kept === undefined) return candidate
  const value = ownMember(candidate, token)
  if (rest.length === 0) return value === undefined ? withMembers(candidate, new Map([[token, kept]])) : candidate
  const parent = value === undefined ? {} : value
  if (!isJsonObject(kept) || !isJsonObject(parent)) return candidate
  const filled = keep(rest, kept, parent)
  return filled === parent ? candidate : withMembers(candidate, new Map([[token, filled]]))
}
