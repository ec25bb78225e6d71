import t from 'tap'
import type { Test } from 'tap'
import { createAvailability } from '../../lib/declare/availability.ts'
import type { Availability } from '../../lib/declare/availability.ts'
import { createSharedSwitch } from '../../lib/declare/shared-switch.ts'
import type { SharedSwitch } from '../../lib/declare/shared-switch.ts'
import { ServiceUnavailable } from '../../lib/errors.ts'
import type { SharedState } from '../../lib/stores/store.ts'

const name = 'disabled:/things'

interface Process {
  readonly availability: Availability
  readonly everywhere: SharedSwitch
  readonly refused: readonly string[]
  readonly look: () => Promise<void>
}

function aProcess (shared: SharedState): Process {
  const availability = createAvailability()
  const refused: string[] = []
  const everywhere = createSharedSwitch('/things', availability, shared, (text) => { refused.push(text) })
  return {
    availability,
    everywhere,
    refused,
    async look () {
      const takeOver = everywhere.expect()
      takeOver(await shared.read())
    }
  }
}

/** Shared state of which each write ends when the test lets it. */
function slowState (): SharedState & { readonly texts: Map<string, string>, readonly writes: Array<(error?: Error) => void> } {
  const texts = new Map<string, string>()
  const writes: Array<(error?: Error) => void> = []
  return {
    texts,
    writes,
    read: () => new Map(texts),
    write: (key, text) => new Promise((resolve, reject) => {
      writes.push((error) => {
        if (error !== undefined) return reject(error)
        texts.set(key, String(text))
        resolve()
      })
    })
  }
}

function quickState (): SharedState & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return { texts, read: () => new Map(texts), write: (key, text) => { texts.set(key, String(text)) } }
}

const both = (t: Test, processes: readonly Process[], expected: unknown, message: string): void => {
  t.strictSame(processes.map(({ availability }) => availability.disabled), expected, message)
}

t.test('without a store that shares, setting all processes fails by the path', async t => {
  const availability = createAvailability()
  const everywhere = createSharedSwitch('/realms/:realm/users', availability, undefined, () => {})
  await t.rejects(everywhere.set({ disabled: 'all' }), { code: 'CREST_ERR_STORE_NOT_SHARED', statusCode: 500, message: /^The resource \/realms\/:realm\/users cannot / })
  t.equal(availability.disabled, null)
})

t.test('a change is in force here when it is resolved, and elsewhere with the next reading', async t => {
  const shared = quickState()
  const [one, two] = [aProcess(shared), aProcess(shared)]
  await Promise.all([one.look(), two.look()])
  await one.everywhere.set({ disabled: 'writes', retryAfter: 9, message: 'moving' })
  both(t, [one, two], ['writes', null], 'disabled in one')
  await two.look()
  both(t, [one, two], ['writes', 'writes'], 'taken over')
  t.match(two.availability.refusal('PUT'), { retryAfter: 9, message: 'moving' })
  await two.everywhere.set({ disabled: null })
  await one.look()
  both(t, [one, two], [null, null], 'enabled by the other')
  const late = aProcess(shared)
  await one.everywhere.set({ disabled: 'all' })
  await late.look()
  t.equal(late.availability.disabled, 'all', 'a later process begins with it')
})

t.test('each change has a token of its own, also the same one again', async t => {
  const shared = quickState()
  const one = aProcess(shared)
  const tokens = new Set<unknown>()
  for (let change = 0; change < 3; change++) {
    await one.everywhere.set({ disabled: 'all' })
    tokens.add((JSON.parse(shared.texts.get(name) ?? '') as { token: string }).token)
  }
  t.equal(tokens.size, 3)
})

t.test('a local change holds until the next shared one', async t => {
  const shared = quickState()
  const [one, two] = [aProcess(shared), aProcess(shared)]
  await one.everywhere.set({ disabled: 'all' })
  await two.look()
  two.availability.enable()
  one.availability.enable()
  for (let reading = 0; reading < 3; reading++) await Promise.all([one.look(), two.look()])
  both(t, [one, two], [null, null], 'enabled by hand in both')
  await one.everywhere.set({ disabled: 'all' })
  await two.look()
  both(t, [one, two], ['all', 'all'], 'the same state again is a change')
})

t.test('an end of disabling from before its start does not undo what a process has disabled by itself', async t => {
  const shared = quickState()
  await aProcess(shared).everywhere.set({ disabled: null })
  const one = aProcess(shared)
  one.availability.disable()
  await one.look()
  t.equal(one.availability.disabled, 'all')
  await aProcess(shared).everywhere.set({ disabled: null })
  await one.look()
  t.equal(one.availability.disabled, null, 'a later one does')
})

t.test('an end of disabling is news to a process that has found nothing before', async t => {
  const shared = quickState()
  const one = aProcess(shared)
  await one.look()
  one.availability.disable()
  await aProcess(shared).everywhere.set({ disabled: null })
  await one.look()
  t.equal(one.availability.disabled, null)
})

t.test('where the store fails nothing changes', async t => {
  const shared = slowState()
  const one = aProcess(shared)
  const disabling = one.everywhere.set({ disabled: 'all' })
  await new Promise(setImmediate)
  t.equal(one.availability.disabled, null, 'not before it is durable')
  shared.writes[0]?.(new ServiceUnavailable('locked'))
  await t.rejects(disabling, { statusCode: 503, message: 'locked' })
  t.equal(one.availability.disabled, null)
  const again = one.everywhere.set({ disabled: 'all' })
  await new Promise(setImmediate)
  shared.writes[1]?.()
  await again
  t.equal(one.availability.disabled, 'all', 'a failure does not hold up the next change')
})

t.test('what throws at once rejects too', async t => {
  const one = aProcess({ read: () => new Map(), write () { throw new ServiceUnavailable('locked') } })
  await t.rejects(one.everywhere.set({ disabled: 'all' }), { name: 'ServiceUnavailable', statusCode: 503 })
  t.equal(one.availability.disabled, null)
})

t.test('changes take turns: the last call holds', async t => {
  const shared = slowState()
  const one = aProcess(shared)
  const changes = [one.everywhere.set({ disabled: 'all' }), one.everywhere.set({ disabled: null }), one.everywhere.set({ disabled: 'writes' })]
  for (let turn = 0; turn < changes.length; turn++) {
    await new Promise(setImmediate)
    t.equal(shared.writes.length, turn + 1)
    shared.writes[turn]?.()
  }
  await Promise.all(changes)
  t.equal(one.availability.disabled, 'writes')
  t.match(JSON.parse(shared.texts.get(name) ?? ''), { disabled: 'writes' })
})

t.test('a reading that was begun before a change of this process ended does not undo it', async t => {
  const shared = quickState()
  const [one, two] = [aProcess(shared), aProcess(shared)]
  await two.everywhere.set({ disabled: 'all' })
  const takeOver = one.everywhere.expect()
  const old = await shared.read()
  await one.everywhere.set({ disabled: null })
  takeOver(old)
  t.equal(one.availability.disabled, null)
  await one.look()
  t.equal(one.availability.disabled, null)
})

t.test('of two processes that change at once, both end with what the store has', async t => {
  const shared = slowState()
  const [one, two] = [aProcess(shared), aProcess(shared)]
  const changes = [one.everywhere.set({ disabled: 'all' }), two.everywhere.set({ disabled: 'writes' })]
  await new Promise(setImmediate)
  shared.writes[1]?.()
  await one.look()
  shared.writes[0]?.()
  await Promise.all(changes)
  await Promise.all([one.look(), two.look()])
  both(t, [one, two], ['all', 'all'], 'the last write')
})

t.test('what cannot be read is told once, ignored, and replaced by the next change', async t => {
  const shared = quickState()
  const [one, two] = [aProcess(shared), aProcess(shared)]
  await one.everywhere.set({ disabled: 'all' })
  await two.look()
  shared.texts.set(name, '{"version":9}')
  for (let reading = 0; reading < 3; reading++) await two.look()
  t.strictSame(two.refused, ['{"version":9}'])
  t.equal(two.availability.disabled, 'all')
  shared.texts.set(name, 'other')
  await two.look()
  t.strictSame(two.refused, ['{"version":9}', 'other'])
  await one.everywhere.set({ disabled: null })
  await two.look()
  t.equal(two.availability.disabled, null)
  shared.texts.clear()
  await two.look()
  t.equal(two.availability.disabled, null, 'nor does what has vanished change anything')
})
