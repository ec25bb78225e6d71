import fc from 'fast-check'
import t from 'tap'
import { findJsonFault } from '../../lib/command-line/json-fault.ts'

const cases: ReadonlyArray<readonly [text: string, place: string]> = [
  ['', '1:1'],
  ['nul', '1:1'],
  ['{"a":1', '1:7'],
  ['{"a":1,}', '1:8'],
  ['{a:1}', '1:2'],
  ['{"a" 1}', '1:6'],
  ['{"a":}', '1:6'],
  ['[1,]', '1:4'],
  ['[1 2]', '1:4'],
  ['[1}', '1:3'],
  ['{"a":1]', '1:7'],
  ['{"a":[1,{"b":02}]}', '1:15'],
  ['{"a":"b\nc"}', '1:8'],
  ['{"a":"\\x"}', '1:7'],
  ['{"a":"\\u12"}', '1:7'],
  ['"abc', '1:5'],
  ["{'a':1}", '1:2'],
  ['{"a":1}{', '1:8'],
  ['{\n  "a": 1,\n  "b": tru\n}', '3:8'],
  ['[\r\n1,\r\n\r\n,]', '4:1'],
  ['-', '1:1'],
  ['1.', '1:2'],
  ['{"a":{"b":[]}', '1:14'],
  ['﻿{}', '1:1']
]

for (const [text, place] of cases) {
  t.test(`${JSON.stringify(text)} stops being JSON at ${place}`, async (t) => {
    t.throws(() => JSON.parse(text))
    const { line, column } = findJsonFault(text)
    t.equal(`${line}:${column}`, place)
  })
}

t.test('JSON has no fault before its end, however it is written', async () => {
  fc.assert(fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (text, space) => {
    const written = JSON.stringify(JSON.parse(text), null, space)
    const { line, column } = findJsonFault(written)
    const lines = written.split('\n')
    return line === lines.length && column === (lines.at(-1) as string).length + 1
  }))
})

t.test('a beginning of JSON has its fault at its end, or where a number or a word begins that is cut', async () => {
  fc.assert(fc.property(fc.json(), fc.nat(), (text, at) => {
    const cut = `[${text.slice(0, at % text.length)}`
    const { column } = findJsonFault(cut)
    return /^[-+.\w]*$/.test(cut.slice(column - 1))
  }))
})

t.test('a string of many megabytes is no trouble', async (t) => {
  t.strictSame(findJsonFault(`{"a":"${'x'.repeat(8_000_000)}`), { line: 1, column: 8_000_007 })
})
