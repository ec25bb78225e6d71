import t from 'tap'
import { idProblem } from '../../lib/crest/document-id.ts'
import { defaultLimits } from '../../lib/limits.ts'

t.test('an id is 1 to 255 bytes of UTF-8 without control characters', async t => {
  const rows: readonly (readonly [string, 'too-long' | 'malformed' | undefined])[] = [
    ['a', undefined],
    [' ', undefined],
    ['a/b=c,d+e%f', undefined],
    ['...', undefined],
    ['__proto__', undefined],
    ['Éve 😀', undefined],
    ['x'.repeat(defaultLimits.idLength), undefined],
    ['x'.repeat(256), 'too-long'],
    ['é'.repeat(127), undefined],
    ['é'.repeat(128), 'too-long'],
    ['😀'.repeat(63), undefined],
    ['😀'.repeat(64), 'too-long'],
    ['\0'.repeat(256), 'too-long'],
    ['', 'malformed'],
    ['.', 'malformed'],
    ['..', 'malformed'],
    ['a\0', 'malformed'],
    ['a\nb', 'malformed'],
    ['\u007f', 'malformed'],
    ['\u0085', 'malformed'],
    ['\ud800', 'malformed'],
    ['a\udc00b', 'malformed']
  ]
  for (const [id, expected] of rows) t.equal(idProblem(id), expected, JSON.stringify(id.slice(0, 10)))
})
