import type { ClientResource } from './client-resource.ts'
import { connect } from './connection.ts'
import type { Declared } from './definition-of.ts'
import type { ClientOptions } from './options.ts'
import { createResource } from './resource.ts'

/** What `createClient` returns. */
export interface Client {
  /**
   * The operations of the resource that is declared at `path`, which may hold parameters (`/realms/:realm/users`). The type
   * argument says what it is; without one, contents are any objects. Each call has a memory of revisions of its own.
   *
   * @throws TypeError for what can be no path of a resource
   * @example
   * const users = client.resource<typeof User>('/users')
   */
  resource<Definition extends Declared = {}> (path: string): ClientResource<Definition>
}

/**
 * A typed client of resources over HTTP, for Node and browsers. It needs nothing but `fetch`, and sends nothing by itself.
 *
 * @throws TypeError that names the option which is unknown or cannot be used
 * @example
 * const client = createClient({ baseUrl: 'https://api.example.com', headers: async () => ({ authorization: `Bearer ${await token()}` }) })
 * const { content } = await client.resource<typeof User>('/users').read('bjensen')
 */
export function createClient (options: ClientOptions): Client {
  const connection = connect(options)
  // Which operations there are, and with which contents, only the types know.
  return { resource: (path) => createResource(connection, path) as never }
}
