import type { CommandName } from './parse-arguments.ts'

const files = `<resources> is a JSON file, or a JavaScript module that default-exports the same object and may add functions:
  { "title"?, "version"?, "resources": { "/cities": { "schema": {…}, "unique": […], … } } }`

const store = '  --store STORE      memory:, sqlite:FILE or postgres://…   (default sqlite:common-rest.db)'

const general = `Usage: common-rest <command>

  common-rest serve  <resources>                 serves the declared resources
  common-rest import <resources> <path> <file>   loads documents; - is standard input
  common-rest export <resources> <path>          writes documents to standard output

  common-rest <command> --help
  common-rest --version

${files}

Exit status: 0 done, 1 documents were refused, 2 the command, a file or a declaration is wrong,
3 the store or the server failed.
`

const commands: Readonly<Record<CommandName, string>> = {
  serve: `Usage: common-rest serve <resources> [--store STORE] [--host HOST] [--port PORT]

Serves the declared resources, with a documentation page where @fastify/swagger and
@fastify/swagger-ui are installed. On SIGINT and SIGTERM it finishes what is in flight, answers new
requests 503, and ends; a second signal ends it at once.

${store}
  --host HOST        the address to listen on               (default 127.0.0.1)
  --port PORT        the port, 0 is any free one            (default 3000)

${files}
`,
  import: `Usage: common-rest import <resources> <path> <file> [--store STORE] [--on-conflict fail|skip|replace]

Loads documents from a file, or from standard input where it is -: one JSON object in a line (NDJSON),
or one JSON array of objects. _id is the id, or is made where it is missing; _rev is ignored. Each document
is judged as a create is, write-only and read-only members allowed. <path> is that of a collection,
parameters filled in: /realms/alpha/users.

${store}
  --on-conflict HOW  what happens to a document whose id is there already:
                     fail refuses it (default), skip leaves what is there, replace updates it

An import that was interrupted is continued by the same command with --on-conflict skip; documents without
_id would be loaded twice. Exit status 1: documents were refused; the others are loaded.
`,
  export: `Usage: common-rest export <resources> <path> [--store STORE] [--filter EXPR]

Writes documents to standard output in the order of their ids, one JSON object in a line with _id and _rev, write-only
members included: import takes them as they are. <path> is that of a collection, parameters filled in.

${store}
  --filter EXPR      a query filter: 'country eq "CH" and population gt 100000'
`
}

/** What `--help` prints: about one command, or about all. */
export function helpText (about: CommandName | undefined): string {
  return about === undefined ? general : commands[about]
}
