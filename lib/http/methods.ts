/** What a path names: a collection, one of its instances, or a singleton. */
export type TargetKind = 'collection' | 'instance' | 'singleton'

/** A method that Common REST implements; every other one is answered 501 (RFC 9110 section 15.6.2). */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** An operation that a resource declares. Actions are counted apart, because each is declared for one kind of target. */
export type OperationName = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'query'

/** The seven methods, in the order of every `Allow`. */
export const methods: readonly Method[] =
  Object.freeze(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)

const known: ReadonlySet<string> = new Set(methods)

// decision-order 1.1: a method is allowed if one of these is declared; POST also by an action, OPTIONS always
const table: Readonly<Record<TargetKind, Readonly<Partial<Record<Method, readonly OperationName[]>>>>> = {
  collection: { GET: ['query'], HEAD: ['query'], POST: ['create'] },
  instance: {
    GET: ['read'],
    HEAD: ['read'],
    PUT: ['update', 'create'],
    PATCH: ['patch'],
    DELETE: ['delete']
  },
  singleton: { GET: ['read'], HEAD: ['read'], PUT: ['update'], PATCH: ['patch'] }
}

/**
 * Whether `text` is one of the seven methods. Methods are case-sensitive (RFC 9110 section 9.1).
 *
 * @example
 * isMethod('get') // false
 */
export function isMethod (text: string): text is Method {
  return known.has(text)
}

/**
 * The methods that a target allows: the content of `Allow` (RFC 9110 section 10.2.1) in the order of {@link methods}.
 * HEAD is among them exactly when GET is, OPTIONS always. One of the seven that is not is answered 405.
 *
 * @param operations those that the resource declares
 * @param hasAction whether an action is declared for this kind of target
 * @example
 * allowedMethods('instance', new Set(['read', 'update']), false) // ['GET', 'HEAD', 'PUT', 'OPTIONS']
 */
export function allowedMethods (
  target: TargetKind,
  operations: ReadonlySet<OperationName>,
  hasAction: boolean
): readonly Method[] {
  const row = table[target]
  return methods.filter(method =>
    method === 'OPTIONS' ||
    (method === 'POST' && hasAction) ||
    row[method]?.some(operation => operations.has(operation)) === true)
}

/** The operations that a method of a target may perform, beside the actions of a POST. */
export function operationsBehind (target: TargetKind, method: Method): readonly OperationName[] {
  return table[target][method] ?? []
}
