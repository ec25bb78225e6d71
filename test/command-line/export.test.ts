import { Writable } from 'node:stream'
import t from 'tap'
import { runCommandLine } from '../../lib/command-line/run.ts'
import { EventEmitter } from 'node:events'
import { keepText, runLine } from './run-line.ts'

const dir = t.testdir({ 'r.json': JSON.stringify({ resources: { '/x': { indexes: ['/n'], writeOnly: ['/secret'] }, '/write-only': { operations: ['create'] } } }) })
const store = ['--store', `sqlite:${dir}/x.db`]
const id = (n: number): string => `d${String(n).padStart(4, '0')}`

t.before(async () => {
  const input = Array.from({ length: 1001 }, (_, n) => `${JSON.stringify({ _id: id(n), n, secret: 's' })}\n`)
  const { status, errors } = await runLine(['import', `${dir}/r.json`, '/x', '-', ...store], { input })
  if (status !== 0) throw new Error(errors)
})

t.test('all documents come in the order of their ids, whatever pages they are read in, with all that they hold', async (t) => {
  const { status, output, errors } = await runLine(['export', `${dir}/r.json`, '/x', ...store])
  t.strictSame([status, errors], [0, ''])
  const documents = output.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>)
  t.strictSame(documents.map(({ _id }) => _id), Array.from({ length: 1001 }, (_, n) => id(n)))
  t.match(documents[7], { _id: id(7), _rev: /./, n: 7, secret: 's' })
  t.strictSame(Object.keys(documents[7] ?? {}).slice(0, 2), ['_id', '_rev'])
})

t.test('--filter chooses', async (t) => {
  const { output } = await runLine(['export', `${dir}/r.json`, '/x', ...store, '--filter', 'n ge 998 or _id eq "d0003"'])
  t.strictSame([...output.matchAll(/"_id":"(\w+)"/g)].map(([, found]) => found), [id(3), id(998), id(999), id(1000)])
  t.strictSame(await runLine(['export', `${dir}/r.json`, '/x', ...store, '--filter', 'false']), { status: 0, output: '', errors: '' })
})

t.test('a resource without query cannot be exported', async (t) => {
  const { status, output, errors } = await runLine(['export', `${dir}/r.json`, '/write-only', ...store])
  t.strictSame([status, output], [2, ''])
  t.match(errors, /^common-rest: [^\n]+\n$/)
})

for (const [code, status, said] of [['EPIPE', 0, ''], ['ENOSPC', 3, 'common-rest: no space left\n']] as const) {
  t.test(`an output that fails with ${code} ends it with status ${status}`, async (t) => {
    let taken = 0
    const stdout = new Writable({
      highWaterMark: 100,
      write (_chunk, _encoding, done) {
        taken++
        setImmediate(done, taken === 2 ? Object.assign(new Error('no space left'), { code }) : null)
      }
    })
    const errors = keepText()
    t.equal(await runCommandLine(['export', `${dir}/r.json`, '/x', ...store], { stdin: process.stdin, stdout, stderr: errors.stream, env: {}, signals: new EventEmitter() }), status)
    await new Promise((resolve) => setImmediate(resolve))
    t.equal(errors.text(), said)
    t.equal(taken, 2)
  })
}
