/**
 * Adds field names to a `Vary` value (RFC 9110 section 12.5.5). Names are compared ignoring case, the first spelling
 * stays, and a `*` anywhere makes the whole value `*`.
 *
 * @param existing what the answer already has, in the forms in which Node keeps a header
 * @param names the request headers on which the answer depends
 * @returns the new value; empty if there is no name at all
 * @example
 * mergeVary('Origin, accept', ['Accept', 'Accept-API-Version']) // 'Origin, accept, Accept-API-Version'
 */
export function mergeVary (
  existing: string | readonly string[] | number | undefined,
  names: readonly string[]
): string {
  const merged = new Map<string, string>()
  for (const value of [...valuesOf(existing), ...names]) {
    for (const element of value.split(',')) {
      const name = element.trim()
      const key = name.toLowerCase()
      if (name !== '' && !merged.has(key)) merged.set(key, name)
    }
  }
  return merged.has('*') ? '*' : [...merged.values()].join(', ')
}

function valuesOf (existing: string | readonly string[] | number | undefined): readonly string[] {
  if (existing === undefined) return []
  return typeof existing === 'object' ? existing : [String(existing)]
}
