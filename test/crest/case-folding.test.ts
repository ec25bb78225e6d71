import fc from 'fast-check'
import t from 'tap'
import { foldCase } from '../../lib/crest/case-folding.ts'

/** Every character that may have a case: there is none with one beyond plane 1. */
function * characters (): Generator<string> {
  for (let point = 0; point <= 0x1ffff; point++) {
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point)
  }
}

t.test('texts that differ only in case have one form', async (t) => {
  const rows: ReadonlyArray<readonly [string, ...string[]]> = [
    ['abc', 'ABC', 'aBc'],
    ['é', 'É'],
    ['strasse', 'Straße', 'STRASSE', 'STRAẞE', 'straẞe'],
    ['i\u0307', 'İ', 'I\u0307'],
    ['i', 'I', 'ı'],
    ['s', 'S', 'ſ'],
    ['k', 'K', '\u212a'],
    ['å', 'Å', '\u212b'],
    ['οδοσ', 'οδος', 'ΟΔΟΣ', 'οδοσ'],
    ['fi', 'ﬁ', 'FI'],
    ['ǆ', 'Ǆ', 'ǅ'],
    ['𐐨', '𐐀'],
    ['ა', 'Ა'], // Georgian
    ['ꭰ', 'Ꭰ'], // Cherokee, whose capitals are the older letters
    ['1 😀\uff5e', '1 😀\uff5e'],
    ['', '']
  ]
  for (const [form, ...texts] of rows) {
    for (const text of texts) t.equal(foldCase(text), form, text)
  }
})

t.test('accents, width and composition are differences', async (t) => {
  for (const [a, b] of [['é', 'e'], ['é', 'e\u0301'], ['a', 'ａ'], ['ı', 'i\u0307'], ['ü', 'ue']] as const) t.not(foldCase(a), foldCase(b))
})

t.test('the form of every character is its own form, and that of its upper and lower case', async (t) => {
  const wrong: string[] = []
  for (const character of characters()) {
    const form = foldCase(character)
    if (foldCase(form) !== form || foldCase(character.toUpperCase()) !== form || foldCase(character.toLowerCase()) !== form) wrong.push(character)
  }
  t.strictSame(wrong, [])
})

t.test('the form of a character is the same wherever it stands', async (t) => {
  const wrong: string[] = []
  for (const character of characters()) {
    if (foldCase(`aΣ${character}Σ b`) !== `aσ${foldCase(character)}σ b`) wrong.push(character)
  }
  t.strictSame(wrong, [])
})

t.test('the form of two texts in a row is the forms of both', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('Σ', 'ς', 'a', 'İ', 'I', '\u0307', 'ß', 'ẞ', ' ', '\u0345', '𐐀') }))
  fc.assert(fc.property(text, text, (a, b) => foldCase(a + b) === foldCase(a) + foldCase(b)), { numRuns: 10_000 })
})
