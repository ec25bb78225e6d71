import t from 'tap'
import { pick, prng } from '../conformance/prng.ts'
import { whyNotLinearizable } from './linearizability.ts'
import type { CompareAndSet, Operation } from './linearizability.ts'

function read (from: number, to: number, value: string): Operation {
  return { kind: 'read', from, to, value }
}

function set (from: number, to: number, expected: string, value: string, outcome: CompareAndSet['outcome'] = 'done'): Operation {
  return { kind: 'set', from, to, expected, value, outcome }
}

t.test('right histories have an order', async (t) => {
  const histories: ReadonlyArray<readonly [string, readonly Operation[]]> = [
    ['nothing', []],
    ['one after the other', [read(0, 1, 'a'), set(2, 3, 'a', 'b'), read(4, 5, 'b')]],
    ['reads beside a set may see it or not', [set(0, 9, 'a', 'b'), read(1, 2, 'a'), read(3, 4, 'b')]],
    ['of two sets of one value one is refused', [set(0, 9, 'a', 'b'), set(0, 9, 'a', 'c', 'refused'), read(10, 11, 'b')]],
    ['a set that nobody answered is done later', [set(0, 1, 'a', 'b', 'unknown'), read(2, 3, 'a'), read(4, 5, 'b'), set(6, 7, 'b', 'c')]],
    ['a set that nobody answered is never done', [set(0, 1, 'a', 'b', 'unknown'), set(2, 3, 'a', 'c'), read(4, 5, 'c')]],
    ['a refused set beside the one that overtook it', [set(0, 3, 'a', 'b'), set(1, 2, 'a', 'c', 'refused')]]
  ]
  for (const [name, history] of histories) t.equal(whyNotLinearizable('a', history), undefined, name)
})

t.test('wrong histories have none', async (t) => {
  const histories: ReadonlyArray<readonly [string, readonly Operation[]]> = [
    ['a stale read after an acknowledged set', [set(0, 1, 'a', 'b'), read(2, 3, 'a')]],
    ['two sets of one value', [set(0, 9, 'a', 'b'), set(0, 9, 'a', 'c')]],
    ['a lost set', [set(0, 1, 'a', 'b'), set(2, 3, 'a', 'c')]],
    ['the new value, and then the old one, beside a set', [set(0, 9, 'a', 'b'), read(1, 2, 'b'), read(3, 4, 'a')]],
    ['a value before it was set', [read(0, 1, 'b'), set(2, 3, 'a', 'b')]],
    ['a value that nobody set', [read(0, 1, 'z')]],
    ['a set of the present value that is refused', [read(0, 1, 'a'), set(2, 3, 'a', 'b', 'refused')]],
    ['a refused set that is done', [set(0, 1, 'a', 'b', 'refused'), read(2, 3, 'b')]],
    ['a set that nobody answered, seen and gone', [set(0, 1, 'a', 'b', 'unknown'), read(2, 3, 'b'), read(4, 5, 'a')]],
    ['a set that nobody answered, before it was asked', [read(0, 1, 'b'), set(2, 3, 'a', 'b', 'unknown')]]
  ]
  for (const [name, history] of histories) t.type(whyNotLinearizable('a', history), 'string', name)
  t.match(whyNotLinearizable('a', [set(0, 1, 'a', 'b'), read(2, 3, 'a')]), /after 1 of 2 operations, at b/)
  t.throws(() => whyNotLinearizable('a', [set(0, 1, 'a', 'b'), set(2, 3, 'b', 'a')]), 'a value that comes twice is not for this checker')
})

t.test('it judges random histories as trying every order does', async (t) => {
  const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 2 ** 31)
  t.comment(`FAULTS_SEED=${seed}`)
  const random = prng(seed)
  let right = 0
  const differing: Operation[][] = []
  for (let round = 0; round < 3000; round++) {
    const history = randomHistory(random)
    const expected = tryEveryOrder('v0', history)
    if (expected) right++
    if (expected !== (whyNotLinearizable('v0', history) === undefined)) differing.push(history)
  }
  t.strictSame(differing, [])
  t.ok(right > 300 && right < 2700, `${right} of 3000 are right`)
})

/** Up to six operations with few values, so that about half of the histories are right. */
function randomHistory (random: () => number): Operation[] {
  const values = ['v0', 'v0', 'v1', 'v2']
  return Array.from({ length: 1 + Math.floor(random() * 6) }, (_, index) => {
    const from = Math.floor(random() * 10)
    const to = from + 1 + Math.floor(random() * 6)
    if (random() < 0.4) return read(from, to, pick(values, random))
    return set(from, to, pick(values, random), `v${index + 1}`, pick(['done', 'refused', 'unknown'] as const, random))
  })
}

function tryEveryOrder (value: string, history: readonly Operation[]): boolean {
  if (history.every((operation) => operation.kind === 'set' && operation.outcome === 'unknown')) return true
  return history.some((operation) => {
    const others = history.filter((other) => other !== operation)
    if (others.some((other) => isAnswered(other) && other.to < operation.from)) return false
    if (operation.kind === 'read') return operation.value === value && tryEveryOrder(value, others)
    const matches = operation.expected === value
    if (operation.outcome === 'refused') return !matches && tryEveryOrder(value, others)
    if (matches) return tryEveryOrder(operation.value, others)
    return operation.outcome === 'unknown' && tryEveryOrder(value, others)
  })
}

function isAnswered (operation: Operation): boolean {
  return operation.kind === 'read' || operation.outcome !== 'unknown'
}
