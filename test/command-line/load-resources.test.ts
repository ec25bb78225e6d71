import t from 'tap'
import { loadResources } from '../../lib/command-line/load-resources.ts'

t.test('a JSON file and modules say the same', async (t) => {
  const dir = t.testdir({
    'r.json': '\ufeff{ "title": "T", "version": "2.0", "resources": { "/x": { "unique": ["/a"] } } }',
    'r.mjs': 'export default { title: "T", version: "2.0", resources: { "/x": { unique: ["/a"] } } }',
    'r.cjs': 'module.exports = { title: "T", version: "2.0", resources: { "/x": { unique: ["/a"] } } }',
    'package.json': '{ "type": "module" }',
    'r.js': 'const { title } = await Promise.resolve({ title: "T" })\nexport default { title, version: "2.0", resources: { "/x": { unique: ["/a"] } } }'
  })
  for (const name of ['r.json', 'r.mjs', 'r.cjs', 'r.js']) {
    const file = `${dir}/${name}`
    t.strictSame(await loadResources(file), { file, options: { title: 'T', version: '2.0' }, resources: { '/x': { unique: ['/a'] } } }, name)
  }
})

t.test('a module may add functions', async (t) => {
  const dir = t.testdir({ 'r.mjs': 'export default { authenticate: () => null, authorize: () => true, resources: { "/x": { prepare: ({ content }) => content } } }' })
  const { options, resources } = await loadResources(`${dir}/r.mjs`)
  t.equal(typeof options.authenticate, 'function')
  t.equal(typeof options.authorize, 'function')
  t.equal(typeof resources['/x']?.prepare, 'function')
})

const refused: ReadonlyArray<readonly [name: string, text: string, message: string | RegExp]> = [
  ['a.json', '{ "resources": {\n  "/x": {,}\n} }', ':2:10: this is no JSON'],
  ['b.json', '', ':1:1: this is no JSON'],
  ['c.json', '[]', ': must be an object with a member resources'],
  ['d.json', '{}', ': resources must be an object of definitions by path'],
  ['e.json', '{ "resources": [] }', ': resources must be an object of definitions by path'],
  ['f.json', '{ "resources": {} }', ': resources declares none'],
  ['g.json', '{ "resources": { "/x": {} }, "store": "y" }', ': store is not known; known are title, version, resources, authenticate, authorize'],
  ['h.mjs', 'export const resources = {}', ': must be an object with a member resources'],
  ['i.mjs', 'throw new Error("first\\n  second")', ': first second'],
  ['j.mjs', 'export default {', /: Unexpected end of input|: Unexpected token/],
  ['k.mjs', 'import "no-such-package"', /: Cannot find package 'no-such-package'/],
  ['l.yaml', 'resources: {}', ': must be a .json file or a JavaScript module']
]

for (const [name, text, message] of refused) {
  t.test(`${name} with ${JSON.stringify(text)} is refused in one line`, async (t) => {
    const file = `${t.testdir({ [name]: text })}/${name}`
    const error = await loadResources(file).then(() => undefined, (thrown: unknown) => thrown as Error & { status: number })
    t.equal(error?.status, 2)
    t.equal(error?.message.includes('\n'), false)
    if (typeof message === 'string') t.equal(error?.message, file + message)
    else t.match(error?.message, message)
  })
}

t.test('what is no file is refused', async (t) => {
  const dir = t.testdir({})
  await t.rejects(loadResources(`${dir}/no.json`), { message: `there is no file ${dir}/no.json`, status: 2 })
  await t.rejects(loadResources(dir), { message: `there is no file ${dir}`, status: 2 })
})
