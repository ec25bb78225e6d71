import { createRequire } from 'node:module'
import { CommandError, exitStatus, failure } from './command-error.ts'
import { helpText } from './help.ts'
import { parseArguments } from './parse-arguments.ts'
import { print } from './terminal.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command line to its end. What a command needs is loaded by it alone: `--help` loads no server.
 *
 * @param args what follows the name of the program
 * @returns the exit status; an error was told in one line on standard error. Never rejects
 */
export async function runCommandLine (args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(args, terminal)
  } catch (error) {
    const { message, status } = error instanceof CommandError ? error : failure(error)
    print(terminal.stderr, `common-rest: ${message}`)
    return status
  }
}

async function run (args: readonly string[], terminal: Terminal): Promise<number> {
  const command = parseArguments(args)
  switch (command.kind) {
    case 'help':
      terminal.stdout.write(helpText(command.about))
      return exitStatus.done
    case 'version':
      print(terminal.stdout, packageVersion())
      return exitStatus.done
    case 'serve': return (await import('./serve.ts')).serve(command, terminal)
    case 'import': return (await import('./import-documents.ts')).importDocuments(command, terminal)
    case 'export': return (await import('./export-documents.ts')).exportDocuments(command, terminal)
  }
}

function packageVersion (): string {
  // The same way from lib/ and from dist/.
  return (createRequire(import.meta.url)('../../package.json') as { readonly version: string }).version
}
