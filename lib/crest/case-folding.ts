const isAscii = /^[\0-\x7f]*$/

/**
 * The one form of all texts that differ only in case: upper, then lower case of each character, whatever the locale.
 * A sigma at the end of a word is like any other, so that a folded prefix is the prefix of a folded text.
 * (Common REST, query filters compare strings ignoring case; ruling R16.)
 *
 * @example
 * foldCase('Straße') === foldCase('STRASSE') // true
 */
export function foldCase (text: string): string {
  if (isAscii.test(text)) return text.toLowerCase()
  // Of all characters only the capital sharp s is an upper case whose lower case has another one, SS, and only the sigma
  // has a lower case that depends on what stands around it (Unicode SpecialCasing).
  return text.toUpperCase().replaceAll('ẞ', 'SS').toLowerCase().replaceAll('ς', 'σ')
}
