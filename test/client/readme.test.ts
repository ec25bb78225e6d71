import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { Type } from 'typebox'
import { connect } from '../../lib/client/connection.ts'
import { mostRevisions } from '../../lib/client/revisions.ts'
import { startResources } from './servers.ts'

const [, section = ''] = /^## The client\n([^]*?)^## /m.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? []

t.test('the example of the README runs as pasted', async (t) => {
  const [, example = ''] = /```js\n([^]*?)```/.exec(section) ?? []
  const { baseUrl, seen } = await startResources(t, (app) => app.resource('/users', {
    schema: Type.Object({ userName: Type.String(), mail: Type.String(), age: Type.Optional(Type.Integer()) }),
    revision: 'required',
    unique: ['/userName']
  }))
  t.match(example, 'http://127.0.0.1:3000')
  const folder = t.testdir({ 'example.mjs': example.replace('http://127.0.0.1:3000', baseUrl) })
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'example.mjs')])
  t.equal(stdout, "scarter 41\n409 { pointers: [ '/userName' ] }\n")
  t.strictSame(seen().map(([request]) => request.split(' ')[0]), ['POST', 'PUT', 'GET', 'PUT', 'GET', 'POST', 'DELETE'])
})

t.test('the table of options and the bounds are those of the code', async (t) => {
  const names = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])
  const known = /known are (.*)$/.exec(String(t.throws(() => connect({ noSuchOption: true } as never))))?.[1]
  t.strictSame(names, known?.split(', '))
  const { retry: { attempts, maxWait } } = connect({ baseUrl: 'http://x' })
  t.match(section, `{ attempts: ${attempts}, maxWait: ${maxWait} }`)
  t.match(section, `The revisions of ${mostRevisions.toLocaleString('en')} documents`)
})
