import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { ranks } from '../../lib/crest/comparable.ts'
import type { Comparable } from '../../lib/crest/comparable.ts'
import { createPaging } from '../../lib/crest/paging.ts'
import type { SortPosition } from '../../lib/crest/sort-order.ts'
import { BadRequest } from '../../lib/errors.ts'

const refusal = new BadRequest('_pagedResultsCookie belongs to another filter, order or collection, or was altered')
const bound = '/widgets'

/** The place after the document `id`, in an order without sort keys. */
function after (id: string): SortPosition {
  return { values: [], id }
}

const full: SortPosition = {
  id: 'bjensen',
  values: [
    { rank: ranks.boolean, value: 1 }, { rank: ranks.number, value: -1.5e-7 }, { rank: ranks.string, value: 'é "x", 7' }, { rank: ranks.none, value: 0 }
  ]
}

const comparables: fc.Arbitrary<Comparable> = fc.oneof(
  fc.boolean().map((value) => ({ rank: ranks.boolean, value: value ? 1 : 0 })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ rank: ranks.number, value: value + 0 })),
  fc.string({ unit: 'binary' }).map((value) => ({ rank: ranks.string, value })),
  fc.constant({ rank: ranks.none, value: 0 })
)

t.test('a cookie gives back the position that it holds', async t => {
  const paging = createPaging(['secret'])
  await fc.assert(fc.asyncProperty(fc.array(comparables, { maxLength: 8 }), fc.string({ unit: 'grapheme' }), fc.string(), async (values, id, bound) => {
    t.strictSame(await paging.open(await paging.seal({ values, id }, bound), bound), { values, id })
  }), { numRuns: 100 })
  t.strictSame(await paging.open(await paging.seal(full, bound), bound), full)
  t.strictSame(await paging.open(await paging.seal(after(''), bound), bound), after(''))
})

t.test('a cookie is one opaque text that needs no escapes in a URL, the same for the same position', async t => {
  const paging = createPaging(['secret'])
  for (const position of [after('a'), after('a.b/c é'), after('.'), full]) t.match(await paging.seal(position, bound), /^[\w-]+\.[\w-]+$/)
  t.equal(await paging.seal(full, bound), await createPaging(['secret']).seal(full, bound))
})

t.test('a cookie of eight long texts fits into a URL', async t => {
  const longest = { rank: ranks.string, value: '語'.repeat(256) }
  const cookie = await createPaging(['secret']).seal({ values: Array.from({ length: 8 }, () => longest), id: 'x'.repeat(255) }, bound)
  t.ok(cookie.length < 10_000, `${cookie.length} characters`)
})

t.test('a cookie of another query, key or position is refused', async t => {
  const paging = createPaging(['secret'])
  const cookie = await paging.seal(after('a'), bound)
  await t.rejects(async () => paging.open(cookie, '/gadgets'), refusal)
  await t.rejects(async () => createPaging(['other']).open(cookie, bound), refusal)
  const [text] = (await paging.seal(after('b'), bound)).split('.')
  await t.rejects(async () => paging.open(`${text}.${cookie.split('.')[1]}`, bound), refusal)
  // The position and what it is bound to are told apart.
  await t.rejects(async () => paging.open(await paging.seal(after('a","b'), 'c'), 'b","c'), refusal)
})

t.test('a cookie with any one character changed, added or left out is refused', async t => {
  const paging = createPaging(['secret'])
  const cookie = await paging.seal({ values: [{ rank: ranks.number, value: 7 }], id: 'a' }, bound)
  const foreign = 'AQgwZ09-_=. !'
  for (let at = 0; at <= cookie.length; at++) {
    for (const character of foreign) {
      await t.rejects(async () => paging.open(cookie.slice(0, at) + character + cookie.slice(at), bound), refusal, `added ${character} at ${at}`)
      if (cookie[at] === character || at === cookie.length) continue
      await t.rejects(async () => paging.open(cookie.slice(0, at) + character + cookie.slice(at + 1), bound), refusal, `changed to ${character} at ${at}`)
    }
    if (at < cookie.length) await t.rejects(async () => paging.open(cookie.slice(0, at) + cookie.slice(at + 1), bound), refusal, `left out at ${at}`)
  }
})

t.test('what is no cookie at all is refused', async t => {
  const paging = createPaging(['secret'])
  for (const cookie of ['', '.', '..', 'YQ', 'YQ.', '.x', 'x.y.z', '2:', '\ud800.é', 'x'.repeat(100_000)]) await t.rejects(async () => paging.open(cookie, bound), refusal, cookie.slice(0, 20))
})

t.test('what another release signed with the same key, in a form of its own, is refused', async t => {
  const paging = createPaging(['secret'])
  const sign = (text: string): string => {
    const signature = createHmac('sha256', 'secret').update(JSON.stringify([text, bound])).digest('base64url')
    return `${Buffer.from(text).toString('base64url')}.${signature}`
  }
  t.strictSame(await paging.open(sign('[[[3,"x"]],"a"]'), bound), { values: [{ rank: 3, value: 'x' }], id: 'a' }, 'the form of this release')
  const others = [
    'a', '', 'null', '{}', '"a"', '[]', '["a"]', '[[]]', '[[],5]', '[{},"a"]', '[[],"a",1]', '[[5],"a"]', '[[[]],"a"]', '[[[5,1]],"a"]', '[["1,1"],"a"]',
    '[[[1]],"a"]', '[[[1,"1"]],"a"]', '[[[2,null]],"a"]', '[[[3,5]],"a"]', '[[[4,"x"]],"a"]', '[[["2",1]],"a"]', '[[[2,1,1]],"a"]', '[[[2,1],null],"a"]', '[[[]'
  ]
  for (const text of others) await t.rejects(async () => paging.open(sign(text), bound), refusal, text)
})

t.test('the first key signs and all keys verify, so that keys can be rotated', async t => {
  const before = createPaging(['old'])
  const rotated = createPaging(['new', 'old'])
  const cookie = await before.seal(full, bound)
  t.strictSame(await rotated.open(cookie, bound), full)
  const renewed = await rotated.seal(full, bound)
  t.not(renewed, cookie)
  t.strictSame(await createPaging(['new']).open(renewed, bound), full)
  await t.rejects(async () => before.open(renewed, bound), refusal)
})

t.test('the key of a store is asked for when it is needed, promised or not', async t => {
  let asked = 0
  for (const load of [() => { asked++; return 'secret' }, async () => { asked++; return 'secret' }]) {
    const paging = createPaging(load)
    const cookie = await paging.seal(full, bound)
    t.equal(cookie, await createPaging(['secret']).seal(full, bound))
    t.strictSame(await paging.open(cookie, bound), full)
  }
  t.equal(asked, 4)
})

t.test('a store that cannot give its key fails the query', async t => {
  const failure = new Error('the disk is gone')
  await t.rejects(async () => createPaging(async () => { throw failure }).seal(full, bound), failure)
})
