import type { JsonObject, JsonValue } from '../json.ts'

/** Documents that are queried, and what is asked of them. */
export interface QueryFixture {
  readonly name: string
  /** JSON pointers that are indexed in one half of each case. */
  readonly indexes: readonly string[]
  /** By id. */
  readonly documents: ReadonlyMap<string, JsonObject>
  /** Sort keys, as in a URL, in which each filter is asked. */
  readonly sorts: readonly string[]
  /** Each makes a case. */
  readonly filters: readonly string[]
}

// Longer than what sort keys compare, with beginnings that are equal, or cut in the midst of a surrogate pair.
const long = 'Lang '.repeat(64)

/** Documents whose member has these values, and some in which it is missing, null, a list or an object. */
function membersOf (member: string, values: readonly JsonValue[]): ReadonlyMap<string, JsonObject> {
  const contents: readonly JsonObject[] = [...values.map((value) => ({ [member]: value })), {}, { other: values[0] }, { [member]: null }, { [member]: [] }, { [member]: {} }, { [member]: [null] }]
  // Ids whose order is not that of the values.
  return new Map(contents.map((content, n) => [`${(n * 7) % 10} ${String(n).padStart(2, '0')}`, content]))
}

const words: QueryFixture = {
  name: 'words',
  indexes: ['/text'],
  documents: membersOf('text', [
    'a', 'A', 'ab', 'Abc', 'b', 'Straße', 'STRASSE', 'straSSe', 'STRAẞE', 'İstanbul', 'istanbul', 'ISTANBUL', 'ſet', 'SET', 'Σίσυφος', 'ΣΊΣΥΦΟΣ', '\u212a', 'k', 'é', 'e\u0301', '',
    10, true, ['a', 'Zoo'], ['straße', 3], [['a']]]),
  sorts: ['', 'text', '-text'],
  filters: [
    'text eq "a"', 'text eq "A"', 'text eq "strasse"', 'text eq "STRAẞE"', 'text eq "istanbul"', 'text eq "İSTANBUL"', 'text eq "ſET"', 'text eq "σίσυφοσ"', 'text eq "K"', 'text eq "é"', 'text eq ""',
    'text co "SS"', 'text co "B"', 'text co ""', 'text sw "STRAS"', 'text sw "a"', 'text sw "ΣΊΣΥΦΟΣ"', 'text sw ""',
    'text lt "b"', 'text le "B"', 'text gt "B"', 'text ge "straße"', 'text pr', '!(text pr)', '!(text eq "a")', '!(text ge "b")', 'text in \'["A","set","none",10]\'']
}

const oddTexts: QueryFixture = {
  name: 'odd texts',
  indexes: ['/text'],
  documents: membersOf('text', [
    ' ', 'a b', ' a', '%', '_', '*', '\\', "'", '"', '\n', 'a\tb', '10', '9', '9a', 'true', 'null', '\ud7ff', '\ue000', '\uffee', '\u{10000}', '😀', '\u{10ffff}',
    long, `${long}a`, `${long}B`, long.toUpperCase(), `${'y'.repeat(255)}😀`, `${'y'.repeat(255)}😁z`, ['%', 'x'.repeat(300)]]),
  sorts: ['', 'text', '-text'],
  filters: [
    'text eq "%"', 'text co "%"', 'text sw "_"', 'text co "_"', 'text eq "\\\\"', 'text co "\'"', 'text eq "\\""', 'text co "\\n"', 'text sw " "', 'text eq "a\\tb"', 'text eq "10"', 'text eq 10', 'text lt "9"',
    'text gt "9"', 'text eq "true"', 'text eq true', 'text lt "😀"', 'text ge "\ue000"', 'text gt "\u{10000}"', `text eq "${long}b"`, `text sw "${long}"`, `text gt "${long}"`, `text le "${long}A"`,
    `text ge "${'y'.repeat(255)}😁"`, `text in '["%","_","${long}"]'`, 'text eq "\' OR \'1\'=\'1"', 'text eq "\\"; DROP TABLE x; --"']
}

const numbers: QueryFixture = {
  name: 'numbers',
  indexes: ['/n'],
  documents: membersOf('n', [
    0, 1, -1, 1.5, 9, 10, 100, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 1e21, 0.1 + 0.2, 0.3, 1e-7,
    '10', '9', true, false, [1, 20], [-5, 'x', null], [[1]], { n: 1 }]),
  sorts: ['', 'n', '-n'],
  filters: [
    'n eq 10', 'n eq 0', 'n eq -0', 'n eq 1.0', 'n lt 1', 'n le 1.5', 'n gt 9', 'n ge 9007199254740992', 'n eq 9007199254740992', 'n gt 9007199254740991', 'n lt -1', 'n eq 0.3', 'n eq 0.30000000000000004',
    'n lt 1e-300', 'n gt 1e308', 'n ge 1.7976931348623157e308', 'n eq 5e-324', 'n eq 1e21', 'n co 10', 'n sw 10', 'n eq "10"', 'n in \'[1,10,"9",0.3,true]\'', 'n in \'[]\'', 'n eq true', 'n gt false', 'n le true', 'n lt true',
    '!(n gt 1)', 'n pr', 'n gt 1 and n lt 15', '!(n le 10) and !(n pr)']
}

const oddName = 'ö /~%"'
const parts: QueryFixture = {
  name: 'parts',
  indexes: ['/a/b', '/a', '/tags', '/a/0', '/tags/0'],
  documents: new Map<string, JsonObject>([
    { a: { b: 1 } }, { a: { b: [1, 2] } }, { a: { b: 'x' } }, { a: { b: null } }, { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 3 }, { b: [2, 4] }, { c: 1 }] }, { a: [[{ b: 1 }]] }, { a: [1, 2] }, { a: { 0: 'zero' } },
    { a: ['zero', 'one'] }, { a: null }, { a: 1 }, {}, { a: [] }, { a: {} }, { a: [{ b: null }, { b: 3 }] }, { a: { b: { c: [{ d: 'x' }, { d: 'y' }] } } }, { b: 1 },
    { 'a/b': 1, 'x~y': 1, [oddName]: 'odd', 'a.b': 1, '': { '': 'empty' } }, { constructor: 1 }, { tags: ['x', 'y'] }, { tags: ['y', 'X'] }, { tags: [{ 0: 'x' }] }, { tags: 'x' }, { tags: { 0: 'x' } }, { tags: [['x']] }
  ].map((content, n) => [`${(n * 7) % 10} ${String(n).padStart(2, '0')}`, content])),
  sorts: ['', 'a/b', '-tags', 'tags/0,-a'],
  filters: [
    'a/b eq 1', '/a/b gt 1', 'a/b eq "X"', 'a/b pr', '!(a/b pr)', '!(a/b eq 1)', '/a/0 eq "ZERO"', '/a/0 pr', '/a/0 eq 1', '/a/0/b eq 1', '/a/1/b ge 2', '/a/- eq 2', '/a/00 pr', '/tags/0 eq "x"', '/tags/1 eq "x"', '/tags/0/0 eq "x"',
    'tags eq "x"', 'tags eq "x" and tags eq "y"', '!(tags eq "x")', '!(tags eq "x") or tags eq "y"', 'a~1b eq 1', '/x~0y eq 1', '%C3%B6%20~1~0%25%22 eq "ODD"', 'a.b eq 1', 'a/b/c/d eq "y"', 'constructor pr', 'toString pr', 'a pr', 'missing eq 1',
    '!(missing eq 1)', '/ pr', '!(/ pr)', '/ eq 1', 'a/b in \'[2,3]\'', 'a in \'["one",1]\'']
}

const ids: QueryFixture = {
  name: 'ids',
  indexes: ['/_id', '/_rev', '/n'],
  documents: new Map(['a', 'A', 'b', 'B', 'ß', 'SS', 'ss', 'İ', 'i', 'ı', '10', '9', 'é', 'É', '😀', '\ue000', '%', "'", ' ', '', 'x'.repeat(255), `${'X'.repeat(254)}x`].map((id, n) => [id, { n: n % 4, _id: 'member' }])),
  sorts: ['', '-_id', 'n,-_id'],
  filters: [
    '_id eq "A"', '_id eq "ss"', '_id eq "i"', '_id eq ""', '_id eq "%"', '_id eq 10', '_id co "s"', '_id sw "S"', '_id ge "b"', '_id lt "9"', '_id gt "é"', '_id pr', '_id/x pr', '!(_id eq "a")', '_id in \'["A","É","none",10]\'',
    `_id eq "${'x'.repeat(255)}"`, '_id eq "member"', '_id ge "a" and n eq 1', '_rev pr', '_rev eq "none"', '!(_rev eq "none")', '_rev/x pr']
}

const people: QueryFixture = {
  name: 'people',
  indexes: ['/age', '/city', '/tags'],
  documents: new Map(Array.from({ length: 24 }, (_, n) => [`p${(n * 11) % 24}`, {
    name: `Name ${String.fromCharCode(97 + (n * 5) % 26)}`,
    ...(n % 5 === 4 ? {} : { age: 20 + (n * 3) % 7 }),
    city: n % 6 === 5 ? null : ['Paris', 'Rome', 'berlin'][n % 3] as string,
    tags: n % 4 === 0 ? ['x', 'y'] : n % 4 === 1 ? 'x' : n % 4 === 2 ? [] : ['y', n],
    active: n % 2 === 0
  }])),
  sorts: ['', 'city,-age', '-age,name', '-active,tags,-_id'],
  filters: [
    'true', 'false', '!(true)', 'true and age ge 22', 'false or city eq "rome"', 'age ge 22 and city eq "paris"', 'age lt 21 or city eq "Rome"', '!(age ge 22 or city eq "paris")', '(age eq 20 or age eq 23) and (city eq "berlin" or tags eq "y")',
    '!(!(active eq true))', 'active eq true and !(tags pr)', 'age ge 21 and age le 24 and !(age eq 23)', 'age gt 24 and age lt 21', 'tags eq "x" and tags ge 0', 'name co "NAME" and !(city pr)', 'age in \'[20,22,26]\' and tags in \'["y"]\'',
    'name sw "name a" or name sw "name f" or name sw "name k" or age eq 25', '!(age pr) and !(city pr) or active eq false and tags eq "x"']
}

/** Documents of every kind that filters and sort keys tell apart. */
export const queryFixtures: readonly QueryFixture[] = [words, oddTexts, numbers, parts, ids, people]
