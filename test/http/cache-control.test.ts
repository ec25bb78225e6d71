import t from 'tap'
import { cacheControl } from '../../lib/http/cache-control.ts'

t.test('an entity tag decides between no-cache and no-store, authentication adds private', async t => {
  t.equal(cacheControl({ entityTag: true, authenticated: false }), 'no-cache')
  t.equal(cacheControl({ entityTag: false, authenticated: false }), 'no-store')
  t.equal(cacheControl({ entityTag: true, authenticated: true }), 'private, no-cache')
  t.equal(cacheControl({ entityTag: false, authenticated: true }), 'private, no-store')
})
