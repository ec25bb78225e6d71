import fc from 'fast-check'
import t from 'tap'
import { createPaging } from '../../lib/crest/paging.ts'
import { BadRequest } from '../../lib/errors.ts'

const refusal = new BadRequest('_pagedResultsCookie is not one of this query')
const bound = '/widgets'

t.test('a cookie gives back the id that it holds', async t => {
  const paging = createPaging(['secret'])
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), async (id, bound) => {
    t.equal(await paging.open(await paging.seal(id, bound), bound), id)
  }), { numRuns: 50 })
  t.equal(await paging.open(await paging.seal('', bound), bound), '')
})

t.test('a cookie is one opaque text that needs no escapes in a URL', async t => {
  const paging = createPaging(['secret'])
  for (const id of ['a', 'a.b/c é', '.']) t.match(await paging.seal(id, bound), /^[\w-]+\.[\w-]+$/)
  t.equal(await paging.seal('a', bound), await createPaging(['secret']).seal('a', bound))
})

t.test('a cookie of another query, key or id is refused', async t => {
  const paging = createPaging(['secret'])
  const cookie = await paging.seal('a', bound)
  await t.rejects(paging.open(cookie, '/gadgets'), refusal)
  await t.rejects(createPaging(['other']).open(cookie, bound), refusal)
  const [text] = (await paging.seal('b', bound)).split('.')
  await t.rejects(paging.open(`${text}.${cookie.split('.')[1]}`, bound), refusal)
  // The id and what it is bound to are told apart.
  await t.rejects(paging.open(await paging.seal('a","b', 'c'), 'b","c'), refusal)
})

t.test('a cookie with any one character changed, added or left out is refused', async t => {
  const paging = createPaging(['secret'])
  const cookie = await paging.seal('a', bound)
  const foreign = 'AQgwZ09-_=. !'
  for (let at = 0; at <= cookie.length; at++) {
    for (const character of foreign) {
      await t.rejects(paging.open(cookie.slice(0, at) + character + cookie.slice(at), bound), refusal, `added ${character} at ${at}`)
      if (cookie[at] === character || at === cookie.length) continue
      await t.rejects(paging.open(cookie.slice(0, at) + character + cookie.slice(at + 1), bound), refusal, `changed to ${character} at ${at}`)
    }
    if (at < cookie.length) await t.rejects(paging.open(cookie.slice(0, at) + cookie.slice(at + 1), bound), refusal, `left out at ${at}`)
  }
})

t.test('what is no cookie at all is refused', async t => {
  const paging = createPaging(['secret'])
  for (const cookie of ['', '.', '..', 'YQ', 'YQ.', '.x', 'x.y.z', '2:', '\ud800.é', 'x'.repeat(100_000)]) await t.rejects(paging.open(cookie, bound), refusal, cookie.slice(0, 20))
})

t.test('the first key signs and all keys verify, so that keys can be rotated', async t => {
  const before = createPaging(['old'])
  const after = createPaging(['new', 'old'])
  const cookie = await before.seal('a', bound)
  t.equal(await after.open(cookie, bound), 'a')
  const renewed = await after.seal('a', bound)
  t.not(renewed, cookie)
  t.equal(await createPaging(['new']).open(renewed, bound), 'a')
  await t.rejects(before.open(renewed, bound), refusal)
})

t.test('the key of a store is asked for when it is needed, promised or not', async t => {
  let asked = 0
  for (const load of [() => { asked++; return 'secret' }, async () => { asked++; return 'secret' }]) {
    const paging = createPaging(load)
    const cookie = await paging.seal('a', bound)
    t.equal(cookie, await createPaging(['secret']).seal('a', bound))
    t.equal(await paging.open(cookie, bound), 'a')
  }
  t.equal(asked, 4)
})

t.test('a store that cannot give its key fails the query', async t => {
  const failure = new Error('the disk is gone')
  await t.rejects(createPaging(async () => { throw failure }).seal('a', bound), failure)
})
