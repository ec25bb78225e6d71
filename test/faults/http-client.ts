import { once } from 'node:events'
import { request } from 'node:http'
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** What a server answered; the body is parsed JSON. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What is asked. */
export interface Ask {
  readonly method: 'GET' | 'PUT'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: unknown
}

/** Nobody waits for an answer longer than that; no limit of the stores under test comes near. */
const patience = 30_000

/** One request. `closed` where the connection was refused or broke: whether the request was carried out is unknown. */
export async function exchange (agent: Agent, { method, url, headers = {}, content }: Ask): Promise<Answer | 'closed'> {
  const body = content === undefined ? undefined : JSON.stringify(content)
  const outgoing = request(url, {
    agent,
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    outgoing.destroy()
  }, patience)
  try {
    outgoing.end(body)
    const [incoming] = await once(outgoing, 'response') as [IncomingMessage]
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk)
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: text === '' ? undefined : JSON.parse(text) }
  } catch (error) {
    if (late) throw new Error(`no answer to ${method} ${url} within ${patience} ms`)
    if (error instanceof SyntaxError) throw error
    return 'closed'
  } finally {
    clearTimeout(timer)
  }
}
