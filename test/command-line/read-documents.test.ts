import fc from 'fast-check'
import t from 'tap'
import { readDocuments } from '../../lib/command-line/read-documents.ts'
import type { InputRecord } from '../../lib/command-line/read-documents.ts'

const limit = 40

/** The bytes of a text in chunks of a size. */
async function * chunks (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read (input: string | Buffer, size: number, bound: number = limit): Promise<readonly InputRecord[]> {
  const records: InputRecord[] = []
  for await (const record of readDocuments(chunks(Buffer.from(input), size), bound)) records.push(record)
  return records
}

/** Records in short: `2 {"a":1}`, `3 refused: …`. */
function short (record: InputRecord): string {
  return `${record.line} ${record.kind === 'document' ? JSON.stringify(record.content) : `${record.kind}: ${record.reason}`}`
}

const long = '"'.padEnd(limit + 10, 'x')
const cases: ReadonlyArray<readonly [what: string, input: string | Buffer, records: readonly string[]]> = [
  ['nothing', '', []],
  ['blanks', ' \r\n\t\n', []],
  ['a byte order mark alone', '\ufeff', []],
  ['a part of a byte order mark', Buffer.from([0xef, 0xbb]), ['1 refused: is not UTF-8']],
  ['lines', '{"a":1}\n{"a":2}\n', ['1 {"a":1}', '2 {"a":2}']],
  ['a last line without an end', '{"a":1}\n{"a":2}', ['1 {"a":1}', '2 {"a":2}']],
  ['lines that end as on Windows, blank ones, and a byte order mark', '\ufeff\r\n{"a":1}\r\n\r\n  \r\n{"a":2}\r\n', ['2 {"a":1}', '5 {"a":2}']],
  ['a line that is no JSON', '{"a":1}\n{"a":}\n{"a":3}', ['1 {"a":1}', '2 refused: is no JSON: column 6', '3 {"a":3}']],
  ['lines that are no objects', '1\n"x"\nnull\n{"a":[1]}\n[2]', ['1 refused: is no JSON object', '2 refused: is no JSON object', '3 refused: is no JSON object', '4 {"a":[1]}', '5 refused: is no JSON object']],
  ['a line that is too long', `{"a":1}\n{"a":${long}"}\n{"a":3}`, ['1 {"a":1}', `2 refused: is longer than ${limit} bytes`, '3 {"a":3}']],
  ['a last line that is too long', `{"a":1}\n{"a":${long}`, ['1 {"a":1}', `2 refused: is longer than ${limit} bytes`]],
  ['a line that is not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":"ä€😀"}')]), ['1 refused: is not UTF-8', '2 {"a":"ä€😀"}']],
  ['an object over several lines', '{\n"a":1}', ['1 refused: is no JSON: column 2', '2 refused: is no JSON: column 4']],
  ['an array', '[{"a":1},{"a":2}]', ['1 {"a":1}', '1 {"a":2}']],
  ['an empty array', ' [ ] \n', []],
  ['an array over several lines', '\n[\n {"a":\n 1},\n\n {"a":2}\n ,{}]\n\n', ['3 {"a":1}', '6 {"a":2}', '7 {}']],
  ['an array with what looks like its end in strings', '[{"a":"]},{\\"["},{"b]":"\\\\"},{"c":[[],{}]}]', ['1 {"a":"]},{\\"["}', '1 {"b]":"\\\\"}', '1 {"c":[[],{}]}']],
  ['an array behind a byte order mark', '\ufeff[{"a":1}]', ['1 {"a":1}']],
  ['elements that are no objects', '[1,\n"]",null,[{"a":1}],{"a":2}]', ['1 refused: is no JSON object', '2 refused: is no JSON object', '2 refused: is no JSON object', '2 refused: is no JSON object', '2 {"a":2}']],
  ['an element that is too long', `[{"a":1},\n{"a":${long}"},\n{"a":3}]`, ['1 {"a":1}', `2 refused: is longer than ${limit} bytes`, '3 {"a":3}']],
  ['an element that is not UTF-8', Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xff]), Buffer.from('"},{"a":2}]')]), ['1 refused: is not UTF-8', '1 {"a":2}']],
  ['an array that is cut', '[{"a":1},\n{"a":2},\n', ['1 {"a":1}', '2 {"a":2}', '3 broken: the array has no end']],
  ['an array that is cut in an element', '[{"a":1},\n{"a":\n2', ['1 {"a":1}', '2 broken: an element of the array has no end']],
  ['an array without a bracket at its end', '[{"a":1}\n', ['1 broken: an element of the array has no end']],
  ['an element that is no JSON', '[{"a":1},\n{"a":\n x},\n{"a":3}]', ['1 {"a":1}', '3 broken: the array is no JSON from here on']],
  ['elements without a comma', '[{"a":1}\n{"a":2}]', ['2 broken: the array is no JSON from here on']],
  ['two commas', '[{"a":1},\n,{"a":2}]', ['1 {"a":1}', '2 broken: an element of the array is missing']],
  ['a comma at the end', '[{"a":1},]', ['1 {"a":1}', '1 broken: an element of the array is missing']],
  ['a comma at the beginning', '[,{"a":1}]', ['1 broken: an element of the array is missing']],
  ['a brace too many', '[{"a":1}},\n{"a":2}]', ['1 broken: something closes what was not opened']],
  ['something behind the array', '[{"a":1}]\n{"a":2}', ['1 {"a":1}', '2 broken: something follows the array']]
]

for (const [what, input, records] of cases) {
  t.test(`${what}, in chunks of any size`, async (t) => {
    for (const size of [1, 2, 3, 7, 1000]) t.strictSame((await read(input, size)).map(short), records, `chunks of ${size}`)
  })
}

t.test('lines and arrays of any documents are read as JSON.parse reads them', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())), fc.constantFrom(0, 2), fc.integer({ min: 1, max: 50 }), async (documents, space, size) => {
    const texts = [documents.map((each) => JSON.stringify(each)).join('\n'), JSON.stringify(documents, null, space)]
    for (const text of texts) {
      const records = await read(text, size, 100_000)
      const found = records.map((record) => record.kind === 'document' ? JSON.stringify(record.content) : record)
      if (JSON.stringify(found) !== JSON.stringify((JSON.parse(JSON.stringify(documents)) as object[]).map((each) => JSON.stringify(each)))) return false
      const lines = text.split('\n')
      // Each begins in the line that it names.
      if (!records.every(({ line }) => lines[line - 1]?.includes('{'))) return false
    }
    return true
  }))
})
