import { isPromise } from '../awaitable.ts'
import type { Ask } from '../decision/ask.ts'
import type { AnswerHeaders } from '../decision/answer.ts'
import { decideState, existenceRow } from '../decision/order.ts'
import type { TargetState } from '../decision/state-rows.ts'
import { trace } from '../decision/trace.ts'
import type { Document, ProviderRequest, SetHeader } from '../declare/provider.ts'
import { Gone, NotFound, NotImplemented } from '../errors.ts'
import type { Awaitable } from '../json.ts'
import { checkProviderHeader } from '../http/provider-headers.ts'
import type { Outcome } from './outcome.ts'
import { checkDocument } from './provider-results.ts'
import { refuseLate, signalOf } from './time-over.ts'

/**
 * What every handler of a provider gets, and what the operation adds. `signal` is made only when asked for; a store looks
 * at the path parameters alone, and takes the JSON text of the content where there is one. Throws where the time is over.
 */
export function providerRequest<Members extends object> (ask: Ask, members: Members, json?: string): Members & ProviderRequest {
  refuseLate(ask)
  const { params, parameters, principal, request, log, contract } = ask
  if (contract.isStored) {
    const given = members as unknown as { params: typeof params, json: typeof json }
    given.params = params
    given.json = json
    return given as unknown as Members & ProviderRequest
  }
  // Added to the object that was made for this call, not spread into another one, which V8 is slow at.
  const given = Object.assign(members, { params, parameters, principal, request, log, header: setHeader(ask) })
  return Object.defineProperty(given, 'signal', lazySignal) as Members & ProviderRequest
}

/** One function for all requests: a getter of its own would give each object a shape of its own, which V8 keeps until a full collection. */
export const lazySignal: PropertyDescriptor & ThisType<Partial<ProviderRequest>> = {
  configurable: true,
  enumerable: true,
  get () {
    const value = signalOf(this.request)
    Object.defineProperty(this, 'signal', { value, configurable: true, enumerable: true })
    return value
  }
}

/** What adds a header field to the answer; what must not be added is a mistake of the handler, 500. */
export function setHeader (ask: Ask): SetHeader {
  return (name, value) => {
    checkProviderHeader(name, value)
    const responseHeaders = ask.responseHeaders ??= new Map()
    const known = responseHeaders.get(name.toLowerCase())
    // Each cookie is a field of its own (RFC 6265 section 3).
    responseHeaders.set(name.toLowerCase(), name.toLowerCase() === 'set-cookie' ? [...known ?? [], value] : value)
  }
}

/** Asks the provider for the target. Without a `read` handler nothing is known, and the result is undefined. */
export function readTarget (ask: Ask): Awaitable<TargetState | undefined> {
  return ask.resource.exists === undefined ? readDocument(ask) : parentExists(ask).then(() => readDocument(ask))
}

function readDocument (ask: Ask): Awaitable<TargetState | undefined> {
  if (ask.target === 'collection') return collection
  const { provider } = ask.contract
  if (provider.read === undefined) return refuseUncomparable(ask)
  try {
    const document = provider.read(providerRequest(ask, { id: ask.id ?? '' }))
    return isPromise(document) ? Promise.resolve(document).then((found) => stateOf(ask, found), stateThrown) : stateOf(ask, document)
  } catch (error) {
    return stateThrown(error)
  }
}

const collection: TargetState = { kind: 'collection' }
const absent: TargetState = { kind: 'absent' }
const gone: TargetState = { kind: 'gone' }

function stateOf (ask: Ask, document: Document | null | undefined): TargetState {
  return document == null ? absent : { kind: 'document', document: checkDocument(document, ask) }
}

function stateThrown (error: unknown): TargetState {
  if (error instanceof Gone) return gone
  if (error instanceof NotFound) return absent
  throw error
}

/**
 * Without `read` only a single tag of If-Match can be handed on, and that only to a write. A condition that cannot be
 * judged is refused: to ignore it could lose an update.
 */
function refuseUncomparable ({ operation, ifMatch, ifNoneMatch }: Ask): undefined {
  const handedOn = operation !== 'action' && ifMatch?.kind === 'tags' && ifMatch.tags.length === 1
  // Only a create knows by itself whether there is a document.
  const judgedByCreate = operation === 'create' && ifNoneMatch?.kind === 'any'
  if ((ifMatch?.kind === 'tags' && !handedOn) || (ifNoneMatch !== undefined && !judgedByCreate)) {
    throw new NotImplemented('This resource cannot judge these conditions')
  }
}

const none: AnswerHeaders = Object.freeze({})

/** Runs rows 17 to 20; how they end the operation, undefined where they pass. */
export function judgeTarget (ask: Ask, state: TargetState): Outcome | undefined {
  const judged = decideState(ask, state)
  if (judged === undefined) return undefined
  const { verdict, row } = judged
  return verdict.kind === 'refused' ? { kind: 'refused', error: verdict.error, row, headers: verdict.headers ?? none } : verdict
}

async function parentExists ({ resource, params }: Ask): Promise<void> {
  if (resource.exists === undefined || await resource.exists(params)) return
  throw trace(new NotFound('The parent of the resource does not exist'), existenceRow)
}
