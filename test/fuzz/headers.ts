import { mutate } from './mutate.ts'
import { refused, right, unsure } from './draft.ts'
import type { Choice, Random } from './draft.ts'
import type { Knowledge } from './knowledge.ts'
import type { Target } from './targets.ts'

const visible = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim()

/** One time in four a header is mutated, within what a header may hold. */
function orMutated (random: Random, row: number, choice: Choice<string>): Choice<string> {
  return random.chance(0.25) ? unsure(row, visible(mutate(random, choice.value))) : choice
}

/** `Authorization`: known to everybody, to readers, or to nobody. */
export function authorization (random: Random, { open }: Target, writes: boolean): Choice<string | undefined> {
  const who = random.below(10)
  if (open) return right(who < 5 ? undefined : 'Bearer anything')
  if (who < 4) return refused(8, 401, random.pick([undefined, 'Bearer nobody', 'Basic Z29vZA==', '', 'Bearer', 'bearer good', 'Bearer good,Bearer good']))
  return writes ? refused(9, 403, 'Bearer reader') : right('Bearer reader')
}

/** `Accept-API-Version`, right for the target or not. */
export function version (random: Random, { versions }: Target): Choice<string> {
  const choice = random.below(3) === 0
    ? refused(10, 400, random.pick(['1.0', 'resource=x', 'resource=1.0,resource=1.0', 'Resource=1.0', 'protocol=2.1;resource=1.0', 'resource=1.0.0', ',,', 'resource = 1.0', 'resource=-1', 'resource=4294967297.0']))
    : random.below(2) === 0
      ? refused(10, 406, random.pick(['protocol=99.0', 'protocol=2.9', ...(versions.length > 0 ? ['resource=9', 'resource=1.5'] : [])]))
      : right(random.pick(['protocol=2.1', 'protocol=2.2', '', ...(versions.length > 0 ? ['resource=1.0', 'resource=2.0', 'resource=1', 'resource=2.0,protocol=2.1', 'protocol=2.1 , resource=1.0'] : ['resource=7'])]))
  // Below 2.1 a create by POST must say so.
  return random.chance(0.1) ? unsure(11, random.pick(['protocol=2.0', 'protocol=1.0', 'protocol=1'])) : orMutated(random, 10, choice)
}

/** `If-Match` and `If-None-Match`: current, stale, lists, stars, or none of the grammar. */
export function condition (random: Random, { revisions, stale }: Knowledge, path: string): Choice<string> {
  const current = revisions.get(path) ?? 'none'
  const choice = random.chance(0.25)
    ? refused(11, 400, random.pick(['"', '"x', 'x, y', '"a" "b"', '*, "a"', ',,', 'w/"x"', '"a b"', 'W/']))
    : right(random.pick(['*', `"${current}"`, `"${current}"`, `"${current}"`, current, `"${stale.get(path) ?? 'old'}"`, `W/"${current}"`, `"a", "${current}"`, '"nothing"', '""', '"\xff"', `"${'x'.repeat(300)}"`, `, "${current}",,`]))
  return orMutated(random, 11, choice)
}

/** `Accept`. */
export function accept (random: Random): Choice<string> {
  const choice = random.chance(0.4)
    ? refused(13, 406, random.pick(['text/html', 'application/json;q=0', 'application/json;q=0, */*', 'application/json;version=2', 'image/*', 'nonsense', 'text/plain;q=1']))
    : right(random.pick(['application/json', '*/*', '', 'application/*;q=0.1', 'text/html, application/json;q=0.001', 'application/json;charset=utf-8', 'application/problem+json, application/json', 'application/problem+json;q=0.5,*/*', '*/*, application/problem+json;q=0.999']))
  return orMutated(random, 13, choice)
}

/** `Content-Type` for JSON, or another one. */
export function contentType (random: Random): Choice<string> {
  const choice = random.chance(0.5)
    ? refused(14, 415, random.pick(['text/plain', 'application/xml', 'text/csv', 'application/json; charset=latin1', 'garbage', 'application/vnd.api+json', 'application/x-www-form-urlencoded', ';', 'json']))
    : right(random.pick(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="UTF-8"', 'application/json; x=y']))
  return orMutated(random, 14, choice)
}

/** Header fields that change nothing about the outcome, or are beyond certainty. */
export const others: ReadonlyArray<(random: Random, n: number) => Choice<readonly [name: string, value: string]>> = [
  (random) => right(['Prefer', random.pick(['return=minimal', 'return=representation', 'return="minimal"', 'respond-async, return=minimal; x=y', ';;', 'return', 'return=minimal, return=representation', visible(mutate(random, 'return=minimal'))])]),
  (random) => unsure(5, ['X-HTTP-Method-Override', random.pick(['PUT', 'PATCH', 'DELETE', 'GET', 'POST', 'HEAD', 'OPTIONS', 'put', 'FOO', '', 'PUT, PUT', visible(mutate(random, 'PATCH'))])]),
  (random) => right(['Expect', random.pick(['100-continue', '100-Continue', '200-ok', '', 'nothing'])]),
  (random) => right(['Accept-Encoding', random.pick(['gzip', 'br', 'identity;q=0', '*;q=0'])]),
  (random) => right(['If-Modified-Since', random.pick(['Fri, 27 Nov 2026 12:00:00 GMT', 'yesterday'])]),
  (random) => right(['Range', random.pick(['bytes=0-3', 'bytes=-1', 'x'])]),
  (random) => right(['Cookie', `a=${'x'.repeat(random.below(300))}`]),
  (random) => right(['Origin', random.pick(['https://evil.example', 'null'])]),
  (random) => right(['X-Forwarded-Host', 'evil.example']),
  (random) => right(['Upgrade', random.pick(['h2c', 'websocket'])]),
  (random) => right(['Accept-Language', visible(mutate(random, 'de, en;q=0.8'))]),
  (random) => right([`X-${random.below(1000)}`, 'y'.repeat(random.below(2000))]),
  (random) => right(['Connection', random.pick(['close', 'keep-alive', 'Close', 'x-a'])]),
  (random) => right(['TE', 'trailers'])
]
