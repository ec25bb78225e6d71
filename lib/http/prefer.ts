import { splitList } from './accept.ts'

// preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] ), RFC 7240 section 2; what follows the first
// semicolon is not looked at. No two neighbours share a character, so matching is linear.
const preference = /^[\t ]*([!#$%&'*+.^_`|~\w-]+)(?:[\t ]*=[\t ]*(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)"))?[\t ]*(?:;|$)/s

/**
 * Whether `Prefer` asks for `return=minimal` (RFC 7240 section 4.2). Of several `return` preferences only the first
 * counts (section 2); what cannot be read is none. Never an error: a preference is a wish.
 *
 * @param field the header value; several lines are one list, joined with commas
 * @example
 * prefersMinimal('respond-async, Return="minimal"; x=1') // true
 */
export function prefersMinimal (field: string | undefined): boolean {
  if (field === undefined) return false
  for (const element of splitList(field)) {
    const [, name, plain, quoted] = preference.exec(element) ?? []
    // Names are compared ignoring case, values are not.
    if (name?.toLowerCase() === 'return') return (plain ?? quoted?.replace(/\\(.)/gs, '$1')) === 'minimal'
  }
  return false
}
