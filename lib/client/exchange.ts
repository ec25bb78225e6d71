import { ServiceUnavailable } from '../errors.ts'
import { readAnswer } from './answer.ts'
import type { Received } from './answer.ts'
import type { Connection } from './connection.ts'
import { collectHeaders } from './header-fields.ts'
import type { HeaderFields } from './header-fields.ts'
import type { ClientCallOptions } from './options.ts'
import { untilAborted } from './until-aborted.ts'

/** One request of a client. */
export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path below the base URL, with its query string. */
  readonly address: string
  /** The header fields that the operation needs beside `Accept` and `Content-Type`. */
  readonly fields?: HeaderFields
  /** The protocol version of Common REST that the request needs; default the server's. */
  readonly protocol?: string
  /** JSON. */
  readonly body?: string | undefined
  /** Whether a second time does nothing that the first has done. */
  readonly repeatable: boolean
  readonly options: ClientCallOptions
}

/** A successful answer: its value, undefined where it has no content, and what it was read from. */
export interface Answer extends Received {
  readonly value: unknown
  /** The method and path, for messages. */
  readonly name: string
}

/**
 * Sends a request once.
 *
 * @throws ResourceError for an answer that is a failure, and 503 with the failure of `fetch` as `cause` where there is no
 *   answer; the signal's reason once it is aborted; what a function that makes header fields throws
 */
export async function exchange ({ baseUrl, fetch, headers }: Connection, request: ClientRequest): Promise<Answer> {
  const { method, address, body, fields, protocol, options: { signal, headers: own } } = request
  const name = `${method} ${address.split('?', 1)[0]}`
  const collected = await untilAborted(async () => collectHeaders([
    headers, own, { accept: 'application/json', 'content-type': body === undefined ? undefined : 'application/json' }, fields
  ]), signal)
  if (protocol !== undefined) collected.set(versions, withProtocol(collected.get(versions), protocol))
  const init: RequestInit = {
    method,
    headers: collected,
    // A write that is sent on might arrive as a GET (RFC 9110 section 15.4), and no resource redirects.
    redirect: method === 'GET' ? 'follow' : 'manual',
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal })
  }
  const received = await untilAborted(async () => receive(async () => fetch(`${baseUrl}${address}`, init), name), signal)
  return { ...received, value: readAnswer(received, name), name }
}

async function receive (send: () => Promise<Response>, name: string): Promise<Received> {
  try {
    const response = await send()
    return { response, text: await response.text() }
  } catch (cause) {
    throw new ServiceUnavailable(`${name} got no answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

const versions = 'accept-api-version'

/** `Accept-API-Version` with this protocol version, and the resource version that it named before. */
function withProtocol (field: string | null, protocol: string): string {
  const others = (field ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '' && !item.startsWith('protocol='))
  return [...others, `protocol=${protocol}`].join(',')
}
