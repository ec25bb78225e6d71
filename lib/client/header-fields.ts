import type { Awaitable } from '../json.ts'

/** Header fields: an object (undefined is none), `Headers`, or names with their values. */
export type HeaderFields = Headers | Readonly<Record<string, string | undefined>> | Iterable<readonly [name: string, value: string]>

/**
 * The header fields of a request, of several sources; the later ones replace those of the same name.
 *
 * @throws TypeError for a name or value that no header field can have
 */
export async function collectHeaders (sources: ReadonlyArray<HeaderFields | (() => Awaitable<HeaderFields>) | undefined>): Promise<Headers> {
  const headers = new Headers()
  for (const source of sources) {
    const fields = typeof source === 'function' ? await source() : source
    for (const [name, value] of entriesOf(fields ?? {})) {
      if (value !== undefined) headers.set(name, value)
    }
  }
  return headers
}

function entriesOf (fields: HeaderFields): Iterable<readonly [name: string, value: string | undefined]> {
  return Symbol.iterator in fields ? fields as Iterable<readonly [string, string]> : Object.entries(fields)
}
