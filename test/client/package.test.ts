import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const root = new URL('../../', import.meta.url).pathname
const run = promisify(execFile)

t.test('the built entry points share their error classes', async (t) => {
  const folder = t.testdir({
    'probe.mjs': `
      import { createClient, NotFound, ResourceError } from 'fastify-common-rest/client'
      import * as main from 'fastify-common-rest'
      const fetch = async () => Response.json({ code: 404, reason: 'Not Found', message: 'gone fishing' }, { status: 404 })
      const error = await createClient({ baseUrl: 'http://x', fetch }).resource('/users').read('x').catch((reason) => reason)
      console.log(error instanceof main.NotFound, error instanceof main.ResourceError, NotFound === main.NotFound, error.message)`
  })
  const { stdout } = await run(process.execPath, [join(folder, 'probe.mjs')])
  t.equal(stdout.trim(), 'true true true gone fishing')
})

t.test('the declarations serve a page as they serve Node', { timeout: 120_000 }, async (t) => {
  const folder = t.testdir({
    'definitions.ts': `
      import { defineResource } from 'fastify-common-rest'
      import { Type } from 'typebox'
      export const User = defineResource({ schema: Type.Object({ userName: Type.String(), visits: Type.Integer() }) })`,
    'page.ts': `
      import { createClient, ResourceError } from 'fastify-common-rest/client'
      import type { User } from './definitions.js'
      const users = createClient({ baseUrl: '/api', fetch: (url, init) => fetch(url, { ...init, credentials: 'include' }), headers: new Headers() }).resource<typeof User>('/users')
      export async function visit (id: string, signal: AbortSignal): Promise<number> {
        try {
          return (await users.edit(id, (user) => { user.visits++ }, { signal })).content.visits
        } catch (error) {
          document.title = error instanceof ResourceError ? error.reason : 'Oops'
          return -1
        }
      }
      // @ts-expect-error: a member that no user has
      export const wrong: Promise<unknown> = users.patch('x', [{ operation: 'remove', field: '/nickName' }])`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], module: 'ESNext', moduleResolution: 'bundler', types: [], strict: true, skipLibCheck: true, noEmit: true
      },
      files: ['page.ts']
    })
  })
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error: { stdout: string }) => error)
  t.equal(stdout, '')
})
