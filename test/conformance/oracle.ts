import type { Factors } from './factors.ts'

/** What must be answered: the status, and the row of the decision table that decides it. */
export interface Outcome {
  readonly status: number
  readonly row: number
}

export type Operation = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'query'
type Kind = 'C' | 'I' | 'S' | null
type Selected = Operation | 'upsert' | 'action' | 'options' | null

/** The operations that each level of the factor "operations declared" stands for. */
export const declared: Readonly<Record<Factors['operations'], readonly Operation[]>> = {
  all: ['create', 'read', 'update', 'patch', 'delete', 'query'],
  'all and actions': ['create', 'read', 'update', 'patch', 'delete', 'query'],
  'read-only': ['read', 'query'],
  'no create': ['read', 'update', 'patch', 'delete', 'query'],
  'no update': ['create', 'read', 'patch', 'delete', 'query'],
  'actions only': []
}

const withActions: ReadonlySet<Factors['operations']> = new Set(['all and actions', 'actions only'])

/** Whether the actions `echo` and `noop` are declared, on collections and on instances. */
export function hasActions (factors: Factors): boolean {
  return withActions.has(factors.operations)
}

const kinds: Readonly<Record<Factors['target'], Kind>> = {
  collection: 'C',
  'collection with trailing slash': 'C',
  instance: 'I',
  singleton: 'S',
  'unknown path': null
}

/** The method table: decision-order.md 1.1. */
function methodTable (operations: Factors['operations'], kind: Kind): readonly string[] {
  const has = (operation: Operation): boolean => declared[operations].includes(operation)
  const methods = (...pairs: Array<[boolean, string[]]>): string[] => pairs.flatMap(([given, names]) => given ? names : [])
  const actions = withActions.has(operations)
  switch (kind) {
    case 'C': return methods([has('query'), ['GET', 'HEAD']], [has('create') || actions, ['POST']], [true, ['OPTIONS']])
    case 'I': return methods([has('read'), ['GET', 'HEAD']], [actions, ['POST']], [has('update') || has('create'), ['PUT']],
      [has('patch'), ['PATCH']], [has('delete'), ['DELETE']], [true, ['OPTIONS']])
    case 'S': return methods([has('read'), ['GET', 'HEAD']], [actions, ['POST']], [has('update'), ['PUT']],
      [has('patch'), ['PATCH']], [true, ['OPTIONS']])
    case null: return []
  }
}

const methodTables = new Map<string, readonly string[]>()

/** The methods that the target of a request allows. */
export function allow ({ operations, target }: Factors): readonly string[] {
  const key = `${operations} ${target}`
  const methods = methodTables.get(key) ?? methodTable(operations, kinds[target])
  methodTables.set(key, methods)
  return methods
}

/** The operation that a request selects: decision-order.md 1.2. Null where none is (then a row up to 11 answers). */
function select (factors: Factors): Selected {
  const kind = kinds[factors.target]
  switch (factors.method) {
    case 'GET':
    case 'HEAD': return kind === 'C' ? 'query' : 'read'
    case 'POST':
      if (factors.action === 'none' || factors.action === 'create') return kind === 'C' ? 'create' : null
      return 'action'
    case 'PUT':
      if (kind === 'S' || factors.ifMatch !== 'absent') return 'update'
      return factors.ifNoneMatch === 'star' ? 'create' : 'upsert'
    case 'PATCH': return 'patch'
    case 'DELETE': return 'delete'
    case 'OPTIONS': return 'options'
    default: return null
  }
}

/** The words in which section 3 speaks about a request. */
function read (factors: Factors) {
  const kind = kinds[factors.target]
  const op = select(factors)
  const has = (operation: Operation): boolean => declared[factors.operations].includes(operation)
  const one = (...list: Selected[]): boolean => list.includes(op)
  const reads = factors.method === 'GET' || factors.method === 'HEAD'
  return {
    kind,
    op,
    has,
    one,
    reads,
    act: op === 'action',
    known: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(factors.method),
    allowed: allow(factors).includes(factors.method),
    actionDeclared: hasActions(factors) && (factors.action === 'echo' || factors.action === 'noop'),
    /** Whether a parameter is there that the operation does not define; `_action` belongs to POST alone. */
    foreign: (op !== 'query' && factors.query !== 'none') || (factors.method !== 'POST' && factors.action !== 'none'),
    acceptable: ['absent', 'JSON', '*/* with a low q', 'application/*', 'empty'].includes(factors.accept),
    takes: one('create', 'update', 'upsert', 'patch', 'action'),
    supported: factors.contentType === 'JSON' || factors.contentType === 'JSON UTF-8',
    given: factors.content !== 'none',
    /** PUT on a singleton: `If-None-Match: *` supplies a revision too (ruling R4, decision-order.md 3.4). */
    guarded: factors.ifMatch !== 'absent' || (factors.method === 'PUT' && factors.ifNoneMatch === 'star'),
    strong: kind !== 'C' && ['current', 'list with current', 'unquoted current'].includes(factors.ifMatch),
    weak: kind !== 'C' && ['current', 'weak current', 'list with current'].includes(factors.ifNoneMatch),
    withoutResult: factors.action === 'noop' || (factors.action === 'echo' && factors.content === 'none')
  }
}

type Facts = ReturnType<typeof read>
type Line = readonly [row: number, applies: (f: Factors, x: Facts) => boolean, status: number | ((x: Facts) => number)]

/** http/pairwise.md section 3, line by line; the first that applies gives the code. */
const lines: readonly Line[] = [
  [3, (f, x) => x.kind === null, 404],
  [4, f => f.service === 'disabled', 503],
  [5, (f, x) => !x.known, 501],
  [6, (f, x) => !x.allowed, 405],
  [7, (f, x) => x.op === 'options', 204],
  [8, f => f.auth === 'unauthenticated', 401],
  [9, (f, x) => f.auth === 'not permitted' && !x.reads, 403],
  [10, f => f.version === 'malformed' || f.version === 'repeated item', 400],
  [10, f => f.version === 'protocol unavailable' || f.version === 'resource unavailable', 406],
  [11, f => f.query === 'parameter twice', 400],
  [11, (f, x) => !x.act && x.foreign, 400],
  [11, (f, x) => x.op === 'query' && ['malformed filter', 'two selectors', 'bad page size'].includes(f.query), 400],
  // `_action=create` names no action (1.2), so on an instance or singleton it selects nothing (divergences A.1).
  [11, (f, x) => f.method === 'POST' && x.op === null, 400],
  [11, f => f.ifMatch === 'malformed' || f.ifNoneMatch === 'malformed', 400],
  [12, (f, x) => x.op === 'query' && f.query === 'undeclared stored query', 501],
  [12, (f, x) => x.op === 'create' && !x.has('create'), 501],
  [12, (f, x) => x.op === 'update' && !x.has('update'), 501],
  [12, (f, x) => x.act && !x.actionDeclared, 501],
  [13, (f, x) => !x.acceptable, 406],
  [14, (f, x) => x.takes && f.contentType !== 'missing' && !x.supported, 415],
  [14, (f, x) => x.takes && x.given && f.contentType === 'missing', 415],
  [14, (f, x) => x.takes && x.given && f.contentEncoding === 'gzip', 415],
  [15, (f, x) => f.revision === 'required' && x.one('patch', 'delete') && f.ifMatch === 'absent', 428],
  [15, (f, x) => f.revision === 'required' && x.op === 'upsert' && x.has('update'), 428],
  [15, (f, x) => f.revision === 'required' && x.kind === 'S' && x.op === 'update' && !x.guarded, 428],
  [16, (f, x) => !x.reads && f.content === 'over the limit', 400],
  [16, (f, x) => x.takes && !x.act && !x.given, 400],
  [16, (f, x) => x.takes && (f.content === 'malformed JSON' || f.content === 'ill-formed UTF-8'), 400],
  [16, (f, x) => x.takes && !x.act && f.content === 'schema violation', 400],
  [16, (f, x) => x.kind === 'I' && x.one('create', 'update', 'upsert') && f.content === '_id mismatch', 400],
  [17, (f, x) => x.kind === 'I' && (f.state === 'tombstone' || f.state === 'expired'), 410],
  // Final in row 17 on the page: an absent target has no validators to compare, so success (row 22) follows at once.
  [22, (f, x) => x.kind === 'I' && f.state === 'absent' && x.one('create', 'upsert') && x.has('create'), 201],
  [17, (f, x) => x.kind === 'I' && f.state === 'absent', 404],
  [19, (f, x) => !['absent', 'star', 'quoted star'].includes(f.ifMatch) && !x.strong, 412],
  [20, (f, x) => x.op !== 'query' && (f.ifNoneMatch === 'star' || x.weak), x => x.reads ? 304 : 412],
  [20, (f, x) => x.op === 'query' && f.ifNoneMatch === 'star', 304],
  [21, (f, x) => x.op === 'upsert' && !x.has('update'), 409],
  [22, (f, x) => x.op === 'create', 201],
  [22, (f, x) => x.act && x.withoutResult, 204],
  [22, () => true, 200]
]

/** What http/pairwise.md section 3 expects for these factors. */
export function oracle (factors: Factors): Outcome {
  const facts = read(factors)
  for (const [row, applies, status] of lines) {
    if (applies(factors, facts)) return { row, status: typeof status === 'number' ? status : status(facts) }
  }
  throw new Error('the last line always applies')
}

/** The operation, as {@link oracle} understands the request. */
export function operationOf (factors: Factors): Selected {
  return select(factors)
}
