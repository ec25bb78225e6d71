import t from 'tap'
import { applyPatch, readPatch } from '../../lib/crest/patch.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { defaultLimits } from '../../lib/limits.ts'
import { commonRest, jsonPatch, mergePatch, options } from './patch-outcome.ts'

const numbers = Array.from({ length: 200_000 }, (_, position) => position)

function many (length: number, operation: (position: number) => JsonValue): JsonValue {
  return Array.from({ length }, (_, position) => operation(position))
}

function patched (document: JsonObject, mediaType: string, body: JsonValue): JsonObject {
  return applyPatch(document, readPatch(mediaType, body), { ...options, limits: { ...defaultLimits, jsonMembers: 1_000_000 } })
}

t.test('long arrays are no problem', async t => {
  t.strictSame(patched({}, commonRest, [
    { operation: 'add', field: 'l', value: [-1] },
    { operation: 'add', field: 'l', value: numbers },
    { operation: 'remove', field: 'l', value: numbers }
  ]), { l: [-1] })
  const added = patched({ l: numbers }, commonRest, many(101, () => ({ operation: 'add', field: 'l', value: -1 })))
  t.equal((added['l'] as readonly number[]).length, 200_101)
})

t.test('too many elements that are compared or incremented are 400', async t => {
  const tooMany = { statusCode: 400, message: /too many elements/ }
  t.throws(() => patched({ s: numbers }, commonRest, many(101, () => ({ operation: 'add', field: 's', value: -1 }))), tooMany)
  t.throws(() => patched({ l: numbers }, commonRest, many(101, () => ({ operation: 'remove', field: 'l', value: -1 }))), tooMany)
  t.throws(() => patched({ l: numbers }, commonRest, many(101, () => ({ operation: 'increment', field: 'l', value: 1 }))), tooMany)
})

t.test('a large value that is changed before each comparison is measured anew, and that counts', async t => {
  const touch = { operation: 'add', field: '/o/l/-', value: 1 }
  const compare = { operation: 'remove', field: '/o', value: { x: 1 } }
  const tooMany = { statusCode: 400, message: /too many elements/ }
  t.throws(() => patched({ o: { l: numbers } }, commonRest, many(202, position => position % 2 === 0 ? touch : compare)), tooMany)
  t.type(patched({ o: { l: numbers } }, commonRest, many(1000, () => compare)), 'object', 'once otherwise')
  const element = { operation: 'add', field: '/l/0/a', value: 1 }
  const search = { operation: 'remove', field: '/l', value: 1 }
  t.throws(() => patched({ l: [{ b: 'x'.repeat(1_000_000) }] }, commonRest, many(100, position => position % 2 === 0 ? element : search)), tooMany)
})

t.test('large tests count', async t => {
  const test = (): JsonValue => ({ op: 'test', path: '/l', value: [...numbers] })
  t.type(patched({ l: numbers }, jsonPatch, many(10, test)), 'object')
  t.throws(() => patched({ l: numbers }, jsonPatch, many(100, test)), { statusCode: 400, message: /too many elements/ })
})

t.test('copies that double the document a thousand times are refused at once', async t => {
  const bombs: readonly (readonly [string, JsonObject, string, JsonValue])[] = [
    ['into its own children', { a: {} }, jsonPatch, many(1000, position => ({ op: 'copy', from: '/a', path: `/a/${position}` }))],
    ['of the whole document', { a: 1 }, jsonPatch, many(1000, position => ({ op: 'copy', from: '', path: `/a${position}` }))],
    ['of arrays', { a: [[]] }, commonRest, many(1000, () => ({ operation: 'copy', from: '/a', field: '/a/-' }))],
    ['of two in turns', { a: [0], b: [0] }, commonRest, many(1000, position => position % 2 === 0 ? { operation: 'copy', from: '/a', field: '/b/-' } : { operation: 'copy', from: '/b', field: '/a/-' })],
    ['of a text', { a: 'x'.repeat(100_000) }, commonRest, many(1000, position => ({ operation: 'copy', from: '/a', field: `/b${position}` }))]
  ]
  for (const [name, document, mediaType, body] of bombs) {
    const patch = readPatch(mediaType, body)
    const { heapUsed } = process.memoryUsage()
    const start = process.cpuUsage()
    t.throws(() => applyPatch(document, patch, options), { statusCode: 400, message: /copies too much/ }, name)
    // Time of the processor: the machine may have others to serve.
    t.ok(process.cpuUsage(start).user < 1_000_000, `${name}: in less than a second`)
    t.ok(process.memoryUsage().heapUsed - heapUsed < 64 * 1024 * 1024, `${name}: in little memory`)
  }
})

t.test('as much as the limit may be copied', async t => {
  const a = 'x'.repeat(1024 * 1024 - 2)
  const copies = (length: number): JsonValue => many(length, position => ({ op: 'copy', from: '/a', path: `/b${position}` }))
  t.equal(Object.keys(patched({ a }, jsonPatch, copies(16))).length, 17)
  t.throws(() => patched({ a }, jsonPatch, copies(17)), { statusCode: 400, message: 'The patch copies too much' })
})

t.test('nothing is nested deeper than content may be, by moving either', async t => {
  const down = '/c'.repeat(98)
  const move = (from: string, field: string): JsonValue => ({ operation: 'move', from, field })
  t.type(patched({ a: {} }, commonRest, [move('/a', `/b${down}`)]), 'object')
  t.throws(() => patched({ a: { x: {} } }, commonRest, [move('/a', `/b${down}`)]), { statusCode: 400, message: 'The patch cannot move "/a": it would be nested deeper than 100 levels' })
  t.throws(() => patched({ a: 1 }, commonRest, many(1000, position => position % 2 === 0 ? move('/a', `/b${down}`) : move('/b', '/a'))), { statusCode: 400, message: /nested deeper/ })
  const added = { operation: 'add', field: `/a${down}`, value: JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) }
  t.throws(() => patched({}, commonRest, [added, move('/a', '/b')]), { statusCode: 400, message: 'The patch nests values deeper than 100 levels' })
  t.throws(() => patched({}, commonRest, [added]), { statusCode: 400, message: /nested deeper/ })
  t.equal(Object.keys(patched({ k: 1 }, commonRest, [added, { operation: 'remove', field: '/a' }])).length, 1)
  t.throws(() => patched({}, mergePatch, JSON.parse(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`)), { statusCode: 400, message: /nested deeper/ })
})
