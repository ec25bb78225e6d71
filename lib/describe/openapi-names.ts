import type { Method, OperationName, TargetKind } from '../http/methods.ts'

/**
 * The name of a resource in operation ids, and of its components where its schema has no `$id`: the words of its path,
 * each with a capital, parameters too.
 *
 * @example
 * resourceName('/realms/:realm/user-groups') // 'RealmsRealmUserGroups'
 */
export function resourceName (path: string): string {
  return pascalCase(path) || 'Root'
}

/** The words of a text, each with a capital. */
export function pascalCase (text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** The path of a target as OpenAPI writes it: `/realms/{realm}/users/{_id}`. */
export function pathTemplate (path: string, target: TargetKind): string {
  return path.replace(/:([A-Za-z0-9_]+)/g, '{$1}') + (target === 'instance' ? '/{_id}' : '')
}

/** What an operation does, as its id begins, and what it is called for readers. */
interface Verb {
  readonly id: string
  readonly says: string
}

/**
 * The stable id of an operation, such as `readUsers`. A method of a collection that has an instance of the same name is
 * told apart by `Instance` behind.
 */
export function operationId (name: string, target: TargetKind, method: Method, offered: ReadonlySet<OperationName>): string {
  return `${verbOf(target, method, offered).id}${name}${target === 'instance' && shared.includes(method) ? 'Instance' : ''}`
}

/** The short text of an operation, such as `Read a document of /users`. */
export function summaryOf (path: string, target: TargetKind, method: Method, offered: ReadonlySet<OperationName>): string {
  return verbOf(target, method, offered).says.replace('$', path)
}

/** The methods that a collection and its instances may both have under one verb. */
const shared: readonly Method[] = ['HEAD', 'POST', 'OPTIONS']

function verbOf (target: TargetKind, method: Method, offered: ReadonlySet<OperationName>): Verb {
  const place = { collection: '$', instance: 'a document of $', singleton: '$' }[target]
  switch (method) {
    case 'GET': return target === 'collection' ? { id: 'query', says: 'Query $' } : { id: 'read', says: `Read ${place}` }
    case 'HEAD': return { id: 'head', says: `The header fields of ${target === 'collection' ? 'a query of $' : place}` }
    case 'POST': return target === 'collection' && offered.has('create')
      ? { id: 'create', says: 'Create a document in $' }
      : { id: 'action', says: `Call an action of ${place}` }
    case 'PUT': return target === 'instance' && !offered.has('update')
      ? { id: 'createAt', says: 'Create a document of $ with this id' }
      : { id: 'update', says: target === 'instance' && offered.has('create') ? `Update or create ${place}` : `Update ${place}` }
    case 'PATCH': return { id: 'patch', says: `Patch ${place}` }
    case 'DELETE': return { id: 'delete', says: `Delete ${place}` }
    case 'OPTIONS': return { id: 'options', says: `What ${place} allows` }
  }
}
