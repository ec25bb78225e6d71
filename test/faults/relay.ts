import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A TCP relay before a database. */
export interface Relay {
  readonly port: number
  /** The port where new connections lead from now on. */
  target: number
  /** The most connections that were open at a time. */
  readonly most: number
  /** How many connections are open. */
  readonly open: () => number
  /** Accepts connections and what is sent, and answers nothing; of a PostgreSQL only no `queries`, connections are made. */
  readonly freeze: (what?: Frozen) => void
  /** Goes on; what was sent meanwhile reaches the database after all, also from those who have given up waiting. */
  readonly thaw: () => void
}

export type Frozen = 'everything' | 'queries'

interface Owner {
  readonly teardown: (end: () => Promise<void>) => unknown
}

interface Link {
  readonly client: Socket
  /** What the client has sent and the database not yet got. */
  readonly held: Buffer[]
  database: Socket | undefined
  /** It has asked a query that is held. */
  stuck: boolean
}

/** The first byte of the messages Query, Parse and Bind, which comes first where a statement is prepared (postgresql.org/docs/current/protocol-message-formats.html). */
const queries: readonly unknown[] = ['Q', 'P', 'B'].map((letter) => letter.charCodeAt(0))

/** Starts a relay to a port of this machine, frozen if told so; it ends with the test. */
export async function startRelay (owner: Owner, target: number, from?: Frozen): Promise<Relay> {
  const links = new Set<Link>()
  let frozen = from
  const open = (): number => [...links].filter(({ client }) => !client.destroyed).length
  const relay = { port: 0, target, most: 0, open, freeze, thaw }

  const server = createServer((client) => {
    const link: Link = { client, held: [], database: undefined, stuck: false }
    links.add(link)
    relay.most = Math.max(relay.most, open())
    client.on('data', (data) => {
      link.held.push(data)
      if (frozen === 'queries' && queries.includes(data[0])) link.stuck = true
      if (!isHeld(link)) send(link)
    })
    // What is broken is closed too.
    client.on('error', () => {})
    client.on('close', () => { if (!isHeld(link)) finish(link) })
    if (!isHeld(link)) send(link)
  })

  function isHeld (link: Link): boolean {
    return frozen === 'everything' || (frozen === 'queries' && link.stuck)
  }

  function send (link: Link): void {
    link.database ??= connectFor(link)
    for (const data of link.held.splice(0)) link.database.write(data)
  }

  function connectFor ({ client }: Link): Socket {
    const database = connect(relay.target, '127.0.0.1')
    database.on('data', (data) => { if (!client.destroyed) client.write(data) })
    database.on('error', () => {})
    database.on('close', () => client.destroy())
    return database
  }

  function finish (link: Link): void {
    links.delete(link)
    link.database?.end()
  }

  function freeze (what: Frozen = 'everything'): void {
    frozen = what
    if (what === 'everything') for (const { database } of links) database?.pause()
  }

  function thaw (): void {
    frozen = undefined
    for (const link of links) {
      link.stuck = false
      if (link.database !== undefined || !link.client.destroyed) send(link)
      link.database?.resume()
      if (link.client.destroyed) finish(link)
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  relay.port = (server.address() as AddressInfo).port
  owner.teardown(async () => {
    server.close()
    for (const { client, database } of links) {
      client.destroy()
      database?.destroy()
    }
  })
  return relay
}
