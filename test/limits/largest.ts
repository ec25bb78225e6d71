import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { JsonValue, Store } from '../../lib/index.ts'
import { buildApp } from '../plugin/app.ts'

/** The largest limits that can be declared. */
const largest = { jsonDepth: 500, jsonMembers: 300_000, filterLength: 50_000, filterDepth: 200, filterClauses: 5000, sortKeys: 64, requestTime: 120_000 }

/** Asserts that a store works at the largest limits: what may be asked of it does not fail in it. */
export async function holdsLargestLimits (t: Test, store: Store): Promise<void> {
  const app: FastifyInstance = await buildApp(t, { options: { store, limits: largest } })
  const things = app.resource('/things', { indexes: ['/a', '/n'] })
  let nested: JsonValue = 'end'
  for (let depth = 1; depth < largest.jsonDepth; depth++) nested = depth % 2 === 0 ? [nested] : { x: nested }
  await things.create({ nested, a: 'A', n: 1 }, { id: 'deep' })
  t.strictSame((await things.read('deep')).content, { nested, a: 'A', n: 1 }, 'depth')
  await things.patch('deep', [{ operation: 'add', field: '/n', value: 2 }])

  const many = Array.from({ length: 150_000 }, (_, n) => n)
  await things.create({ a: many }, { id: 'many' })
  await things.update('many', { a: [...many, -1] })
  t.strictSame((await things.query({ filter: 'a eq 149999' })).results.map(({ id }) => id), ['many'], 'members')
  await things.update('many', { a: [] })

  let filter = 'a eq "A"'
  for (let depth = 1; depth <= largest.filterDepth; depth++) filter = depth % 2 === 0 ? `(n gt 0 and ${filter})` : `(!${filter} or a eq "A")`
  t.strictSame((await things.query({ filter })).results.map(({ id }) => id), ['deep'], 'depth of a filter')

  for (const name of ['a', 'n', 'x']) {
    const values = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 1)).slice(1, -1)
    const list = `${name} in '[2,${values(24_000)}]'`
    t.ok(list.length > 47_000)
    t.strictSame((await things.query({ filter: list })).results.map(({ id }) => id), name === 'n' ? ['deep'] : [], `a long list of ${name}`)
    t.equal((await things.query({ filter: `!(${list})`, count: 'EXACT' })).total, name === 'n' ? 1 : 2)
    const numbers = Array.from({ length: 8000 }, (_, n) => n + 2).join(',')
    t.strictSame((await things.query({ filter: `${name} in '[${numbers}]'` })).results.map(({ id }) => id), name === 'n' ? ['deep'] : [], `many numbers of ${name}`)
    for (const operator of ['or', 'and']) {
      const clauses = Array.from({ length: 4900 }, () => `${name} pr`).join(` ${operator} `)
      t.strictSame((await things.query({ filter: clauses })).results.length, name === 'x' ? 0 : name === 'a' ? 2 : 1, `clauses of ${name} with ${operator}`)
      const equalities = Array.from({ length: 3000 }, (_, n) => `${name} eq ${n % 10}`).join(` ${operator} `)
      t.strictSame((await things.query({ filter: equalities })).results.length, name === 'n' && operator === 'or' ? 1 : 0, `equalities of ${name} with ${operator}`)
    }
  }
  const sortKeys = Array.from({ length: 64 }, (_, n) => `${n % 2 === 0 ? '-' : ''}${n === 5 ? 'a' : `k${n}`}`)
  const page = await things.query({ sortKeys, pageSize: 1 })
  t.equal(page.results.length, 1, 'sort keys')
  t.equal((await things.query({ sortKeys, pageSize: 1, cookie: page.cookie as string })).results.length, 1)
}
