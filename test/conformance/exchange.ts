import { declared, allow, hasActions, operationOf, oracle } from './oracle.ts'
import { ids, toRequest } from './factors.ts'
import type { Factors } from './factors.ts'
import { build, snapshot, storedRevision } from './fixture.ts'
import type { Composition, Configuration, Fixture, StoreKind } from './fixture.ts'
import { followUp } from './follow-ups.ts'
import { faultsIn, headerInvariants, objectIn, outcomeInvariants } from './invariants.ts'
import type { Exchange } from './invariants.ts'
import { lintResponse } from '../lint/lint-response.ts'
import { describe } from './request.ts'
import type { Send, WireRequest, WireResponse } from './request.ts'

/** How a layer runs its requests. */
export interface Setting {
  readonly store: StoreKind
  readonly send: Send
  readonly composition?: Composition
  /** Whether further requests are sent to prove the invariants that need them; default true. */
  readonly followUps?: boolean
  /** Whether headers are checked too, not the outcome alone; default true. */
  readonly headers?: boolean
}

const fixtures = new Map<string, Promise<Fixture>>()
const compositions: Composition[] = []

function configurationOf (factors: Factors, { store, composition }: Setting): Configuration {
  return {
    store,
    operations: declared[factors.operations],
    actions: hasActions(factors),
    authenticated: factors.auth !== 'open',
    revisionRequired: factors.revision === 'required',
    versioned: true,
    tombstones: true,
    ...(composition === undefined ? {} : { composition })
  }
}

/** The application for some factors; built once. */
async function fixtureFor (factors: Factors, setting: Setting): Promise<Fixture> {
  const configuration = configurationOf(factors, setting)
  const { composition, ...plain } = configuration
  if (composition !== undefined && !compositions.includes(composition)) compositions.push(composition)
  const key = JSON.stringify([plain, composition === undefined ? -1 : compositions.indexOf(composition)])
  const fixture = fixtures.get(key) ?? build(configuration)
  fixtures.set(key, fixture)
  return await fixture
}

/** Closes all applications. */
export async function closeAll (): Promise<void> {
  for (const fixture of fixtures.values()) await (await fixture).app.close()
  fixtures.clear()
}

/** The decision of the answer just received; the hook that notes it may run a little later than a socket delivers. */
async function decisionOf (fixture: Fixture): Promise<Fixture['decision']> {
  for (let turn = 0; fixture.decision === undefined && turn < 1000; turn++) await new Promise(setImmediate)
  return fixture.decision
}

async function sendTo (fixture: Fixture, setting: Setting, request: WireRequest): Promise<WireResponse> {
  fixture.decision = undefined
  const response = await setting.send(fixture, request)
  await decisionOf(fixture)
  return response
}

/** Sends the request of some factors; returns what is wrong with the answer, as one text, or undefined. */
export async function mismatch (factors: Factors, setting: Setting): Promise<string | undefined> {
  const fixture = await fixtureFor(factors, setting)
  await fixture.reset()
  for (const handle of [fixture.widgets, fixture.settings]) {
    if (factors.service === 'enabled') handle.enable()
    else handle.disable({ retryAfter: 120 })
  }
  const expected = oracle(factors)
  const request = toRequest(factors, fixture.revisionOf)
  let response: WireResponse | undefined
  const faults: string[] = []
  try {
    response = await sendTo(fixture, setting, request)
    const { decision } = fixture
    if (response.status !== expected.status || decision?.row !== expected.row) {
      faults.push(`expected ${expected.status} in row ${expected.row}, got ${response.status} in row ${decision?.row} (${decision?.name})`)
    }
    faults.push(...lintResponse(request, response))
    faults.push(...await faultsOf(factors, fixture, setting, request, response, faults.length > 0))
  } catch (error) {
    faults.push(`failed: ${error instanceof Error ? error.stack : String(error)}`)
  }
  return faults.length === 0 ? undefined : report(factors, request, response, faults)
}

async function faultsOf (
  factors: Factors, fixture: Fixture, setting: Setting, request: WireRequest, response: WireResponse, wrong: boolean
): Promise<string[]> {
  const { store } = fixture
  const refused = response.status >= 400 || response.status === 304
  const storeCalls = store.calls
  const path = factors.target === 'singleton' ? '/settings' : `/widgets/${ids[factors.state]}`
  const live = factors.target === 'singleton' || (factors.target === 'instance' && factors.state === 'existing')
  const exchange: Exchange = {
    request,
    response,
    ...(wrong ? {} : { row: oracle(factors).row, allow: allow(factors) }),
    authenticated: factors.auth !== 'open',
    ...(live ? { revision: fixture.revisionOf(path) } : {}),
    storeCalls,
    changed: refused && storeCalls > 0 && await snapshot(fixture) !== fixture.seeded
  }
  const faults = faultsIn(exchange, setting.headers === false ? outcomeInvariants : [...outcomeInvariants, ...headerInvariants])
  if (wrong) return faults
  if (!refused) faults.push(...await effectFaults(factors, fixture, response))
  if (setting.followUps === false) return faults
  return [...faults, ...await followUp(exchange, async next => await sendTo(fixture, setting, next))]
}

/** What was written is what was answered; a deleted document is gone. */
async function effectFaults (factors: Factors, fixture: Fixture, response: WireResponse): Promise<string[]> {
  const operation = operationOf(factors)
  if (operation === null || operation === 'options' || operation === 'read' || operation === 'query' || operation === 'action') {
    return fixture.store.writes === 0 ? [] : ['nothing is written']
  }
  const document = objectIn(response)
  const singleton = factors.target === 'singleton'
  const id = singleton ? '' : factors.target === 'instance' ? ids[factors.state] : String(document?.['_id'])
  if (!singleton && document?.['_id'] !== id) return ['_id is the id']
  const stored = await storedRevision(fixture, singleton ? '/settings' : '/widgets', id)
  if (operation === 'delete') return stored === undefined ? [] : ['the document is deleted']
  const member = singleton ? 'theme' : 'name'
  if (document?.[member] !== 'nut') return [`${member} is the one that was sent`]
  return stored === document['_rev'] ? [] : ['_rev is the stored revision']
}

function report (factors: Factors, request: WireRequest, response: WireResponse | undefined, faults: readonly string[]): string {
  const answer = response === undefined
    ? 'no answer'
    : `${response.status} ${JSON.stringify(response.headers)} ${response.body.toString('utf8').slice(0, 500)}`
  return [...faults, describe(request), answer, JSON.stringify(factors)].join('\n')
}

/** Runs many requests one after the other, counts them, and keeps the first twenty mismatches. */
export async function runAll (requests: Iterable<Factors>, setting: Setting): Promise<{ count: number, wrong: number, mismatches: string[] }> {
  const result = { count: 0, wrong: 0, mismatches: [] as string[] }
  for (const factors of requests) {
    result.count++
    const fault = await mismatch(factors, setting)
    if (fault === undefined) continue
    if (++result.wrong <= 20) result.mismatches.push(fault)
  }
  return result
}
