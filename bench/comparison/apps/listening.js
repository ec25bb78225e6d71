import { once } from 'node:events'

/** The part of a contender that listens, for a server of `node:http`. */
export function listening (server) {
  return {
    async listen (port) {
      await once(server.listen(port, '127.0.0.1'), 'listening')
      return `http://127.0.0.1:${server.address().port}`
    },
    close () {
      server.closeAllConnections()
      server.close()
    }
  }
}
