import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { accepts } from '../../lib/http/accept.ts'

t.test('Accept admits application/json', async t => {
  const fields = [
    undefined, '', ' ', '\t', ',', ' , ,', // no range is no constraint
    'application/json', 'Application/JSON', '*/*', 'application/*', 'APPLICATION/*', '*/*;q=0.001', 'application/json;q=1.000',
    'text/html, application/*;q=0.001',
    'application/json;charset=utf-8', 'application/json; charset="UTF-8"', 'application/json;charset=utf-8;q=0.5',
    'application/json;q=0.5;charset=utf-8', '*/*;charset=utf-8', 'application/*;charset=UTF-8',
    'application/*;q=0, application/json', 'application/json, */*;q=0', '*/*;q=0, application/*;q=0.1',
    'application/json;q=0, application/json', // the same range twice: the client does accept it
    'application/json;', 'application/json ;;q=0.1', ',, application/json ,',
    'application/json;Q=0.3', 'application/json;q=0.333333', 'application/json;q=.2', 'application/json;q=1.',
    'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', // Java's HttpURLConnection
    'text/html;x="a,b;c\\",d", application/json', 'json, */*', 'a/b/c, application/json',
    // a range that cannot be read does not decide, even where it is the more specific
    'application/json;q=junk, */*', 'application/json;q=-1, */*', 'application/json;q=5, */*', 'application/json;q=, */*',
    'application/json;q=0;x, */*', 'application/json;q=0;profile=x, */*', 'application/json;charset=latin1;q=0, */*'
  ]
  for (const field of fields) t.equal(accepts(field, 'application/json'), true, String(field))
})

t.test('Accept does not admit application/json', async t => {
  const fields = [
    'text/html', 'text/*', 'json', '*', 'application', '/', 'application/', '/json', 'a/b/c', 'application/json/x',
    'application/vnd.x+json', 'application/problem+json', '*/json', 'application/jso*', 'application/json text/html',
    'application/json;q=0, */*', 'application/json;q=0', 'application/json;q=0.000', '*/*;q=0', 'application/*;q=0, */*',
    'application/json;q=0;charset=utf-8', 'application/json;q=0;charset=utf-8, */*', 'application/json;charset=utf-8;q=0, */*',
    'application/json;charset="UTF-8";q=0, application/*',
    'application/json;profile=x', 'application/json;profile=*', 'application/json;profile=', 'application/json;profile=""', 'application/json;profile',
    'application/json;charset=*', 'application/json;charset=iso-8859-1', 'application/json;q=0.5;foo=bar', '*/*;foo=bar',
    'application/json;q=', 'application/json;q=junk', 'application/json;q=-1', 'application/json;q=2', 'application/json;q=1.1',
    'application/json;q=.', 'application/json;q=1e-3', 'application/json;q=NaN', 'application/json;q=0.5x', 'application/json;q = 1',
    'text/html;x="application/json, application/json', 'text/html;x="a\\", application/json"'
  ]
  for (const field of fields) t.equal(accepts(field, 'application/json'), false, field)
})

t.test('other media types are judged in the same way', async t => {
  t.equal(accepts('text/*;q=0.1', 'text/csv'), true)
  t.equal(accepts('application/json', 'text/csv'), false)
})

t.test('every string gets an answer', async t => {
  const units = fc.constantFrom('*', '/', 'a', ';', 'q', '=', '0', '1', '.', ',', '"', '\\', ' ')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: units })), field => {
    assert.equal(typeof accepts(field, 'application/json'), 'boolean')
  }))
})

t.test('a range that matches nothing changes no answer', async t => {
  const ranges = fc.constantFrom('application/json', 'application/*', '*/*', 'text/html', 'application/json;q=0', 'application/*;q=0', '*/*;q=0.5')
  const useless = fc.constantFrom('json', '*', '*/json', 'application/json;q=x', 'application/json;profile=x', 'image/png', '')
  fc.assert(fc.property(fc.array(ranges, { minLength: 1 }), useless, fc.boolean(), (list, range, first) => {
    const field = list.join(', ')
    assert.equal(accepts(first ? `${range}, ${field}` : `${field}, ${range}`, 'application/json'), accepts(field, 'application/json'))
  }))
})

t.test('a hostile value is judged in linear time', async t => {
  const hostile = [','.repeat(200_000) + 'x', '*/*;q=0,'.repeat(5_000), ' '.repeat(200_000) + '"', '"\\'.repeat(100_000)]
  const start = performance.now()
  for (const field of hostile) t.equal(accepts(field, 'application/json'), false)
  t.ok(performance.now() - start < 2000)
})
