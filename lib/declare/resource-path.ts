// Neither `.` nor `..`, which HTTP clients remove from a path (RFC 3986 section 5.2.4).
const segment = /^(?::[A-Za-z][A-Za-z0-9_]*|(?!\.\.?$)[A-Za-z0-9._~!$&'()+,;=@-]+)$/

/**
 * Why `path` cannot be that of a resource, to complete the sentence "The path …", or undefined if it can: one or more
 * segments, each a literal text or a `:parameter`.
 */
export function pathProblem (path: unknown): string | undefined {
  const problem = "must be a path such as '/users' or '/realms/:realm/users'"
  if (typeof path !== 'string' || !path.startsWith('/')) return problem
  if (!path.slice(1).split('/').every((text) => segment.test(text))) return problem
  const names = parameterNames(path)
  return new Set(names).size < names.length ? 'must not repeat a path parameter' : undefined
}

/** The names of the path parameters of a full path, in order. */
export function parameterNames (path: string): readonly string[] {
  return path.split('/').filter((text) => text.startsWith(':')).map((text) => text.slice(1))
}
