/** Something that was asked of a register, and what was answered. The clock is the same for all. */
export type Operation = Read | CompareAndSet

interface Interval {
  /** When it was asked. */
  readonly from: number
  /** When it was answered. */
  readonly to: number
}

export interface Read extends Interval {
  readonly kind: 'read'
  readonly value: string
}

/** Sets `value` if the register holds `expected`. No two of them set the same value. */
export interface CompareAndSet extends Interval {
  readonly kind: 'set'
  readonly expected: string
  readonly value: string
  /** Done or refused, and told so; or nobody knows, and it may be done at any time from then on. */
  readonly outcome: 'done' | 'refused' | 'unknown'
}

/** A beginning of an order in which the operations may have happened. */
interface Prefix {
  readonly value: string
  /** All operations before this index have happened. */
  readonly first: number
  /** And those. */
  readonly happened: ReadonlySet<number>
}

/**
 * Looks for an order of the operations, each at one instant between its question and its answer, in which a register
 * answers as was recorded (Herlihy and Wing); returns why there is none, or undefined.
 *
 * The search is that of Wing and Gong. What changes nothing happens as soon as it may, which never spoils an order; what is
 * left to try are the sets of the present value. As no value comes twice, each is tried once and nothing need be remembered.
 */
export function whyNotLinearizable (initial: string, history: readonly Operation[]): string | undefined {
  const known = history.filter((operation) => operation.kind === 'read' || operation.outcome !== 'unknown').sort((a, b) => a.from - b.from)
  const unknown = history.filter((operation): operation is CompareAndSet => operation.kind === 'set' && operation.outcome === 'unknown')
  checkValues(initial, history)
  const untried: Prefix[] = [{ value: initial, first: 0, happened: new Set() }]
  let furthest: Prefix | undefined
  for (let prefix = untried.pop(); prefix !== undefined; prefix = untried.pop()) {
    const settled = settle(known, prefix)
    if (settled.first === known.length) return undefined
    if (furthest === undefined || settled.first + settled.happened.size >= furthest.first + furthest.happened.size) furthest = settled
    const { indexes, horizon } = possible(known, settled)
    for (const { value } of unknown.filter(({ from, expected }) => from <= horizon && expected === settled.value)) {
      untried.push({ ...settled, value })
    }
    for (const index of indexes) {
      const operation = known[index]
      if (operation?.kind === 'set' && operation.outcome === 'done' && operation.expected === settled.value) {
        untried.push({ ...settled, value: operation.value, happened: new Set([...settled.happened, index]) })
      }
    }
  }
  return furthest === undefined ? 'nothing was tried' : explain(known, furthest)
}

/** Lets everything happen that may come next and changes nothing. */
function settle (known: readonly Operation[], prefix: Prefix): Prefix {
  const happened = new Set(prefix.happened)
  let { first } = prefix
  for (let more = true; more;) {
    more = false
    while (happened.delete(first)) first++
    for (const index of possible(known, { ...prefix, first, happened }).indexes) {
      const operation = known[index]
      const fits = operation?.kind === 'read' ? operation.value === prefix.value : operation?.outcome === 'refused' && operation.expected !== prefix.value
      if (!fits) continue
      happened.add(index)
      more = true
    }
  }
  return { ...prefix, first, happened }
}

/** The operations that may come next: asked before any other that has not happened was answered. */
function possible (known: readonly Operation[], { first, happened }: Prefix): { readonly indexes: readonly number[], readonly horizon: number } {
  const indexes: number[] = []
  let horizon = Infinity
  for (let index = first; index < known.length; index++) {
    const operation = known[index]
    if (operation === undefined || operation.from > horizon) break
    if (happened.has(index)) continue
    indexes.push(index)
    horizon = Math.min(horizon, operation.to)
  }
  return { indexes: indexes.filter((index) => (known[index]?.from ?? 0) <= horizon), horizon }
}

function checkValues (initial: string, history: readonly Operation[]): void {
  const values = [initial, ...history.flatMap((operation) => operation.kind === 'set' ? [operation.value] : [])]
  if (new Set(values).size !== values.length) throw new Error('a value is set twice')
}

function explain (known: readonly Operation[], prefix: Prefix): string {
  const next = possible(known, prefix).indexes.map((index) => JSON.stringify(known[index]))
  return `after ${prefix.first + prefix.happened.size} of ${known.length} operations, at ${prefix.value}, none of these can come next: ${next.join(', ')}`
}
