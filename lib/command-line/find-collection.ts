import { idProblem } from '../crest/document-id.ts'
import type { AnyDefinition } from '../declare/definition.ts'
import { wrongUse } from './command-error.ts'
import type { Declarations } from './load-resources.ts'

/** A collection that a command works on. */
export interface FoundCollection {
  /** The path at which its resource is declared. */
  readonly declared: string
  /** The values of the path parameters. */
  readonly params: Readonly<Record<string, string>>
  readonly definition: AnyDefinition
}

/**
 * The collection under a path whose parameters are filled in, percent-encoded as in a URL; a resource at the literal path
 * goes before one with parameters.
 *
 * @throws CommandError (usage) where none is declared there, or a singleton
 */
export function findCollection ({ file, resources }: Pick<Declarations, 'file' | 'resources'>, path: string): FoundCollection {
  const asked = path.split('/')
  const fitting = Object.keys(resources).filter((declared) => fits(declared.split('/'), asked)).sort(byParameters)
  const [declared] = fitting
  if (declared === undefined) throw wrongUse(`${file} declares nothing at ${path}; it declares ${Object.keys(resources).join(', ')}`)
  const definition = resources[declared] as AnyDefinition
  if (definition.kind === 'singleton') throw wrongUse(`${path} is a singleton, not a collection`)
  const params = Object.fromEntries(declared.split('/').flatMap((text, at) => text.startsWith(':') ? [[text.slice(1), valueOf(asked[at] as string, text)]] : []))
  return { declared, params, definition }
}

function fits (declared: readonly string[], asked: readonly string[]): boolean {
  return declared.length === asked.length && declared.every((text, at) => text.startsWith(':') ? asked[at] !== '' : text === asked[at])
}

/** As the router has it: a literal segment goes before a parameter, from the left. */
function byParameters (one: string, other: string): number {
  const shape = (path: string): string => path.split('/').map((text) => text.startsWith(':') ? '1' : '0').join('')
  return shape(one) < shape(other) ? -1 : 1
}

function valueOf (segment: string, name: string): string {
  const value = decode(segment)
  if (value === undefined || segment.startsWith(':') || idProblem(value) !== undefined) throw wrongUse(`the path needs a value for ${name}, and ${segment} is none`)
  return value
}

function decode (segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
