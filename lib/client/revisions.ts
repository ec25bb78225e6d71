/** How many documents a resource of a client knows the revision of. */
export const mostRevisions = 10_000

/** The revisions of the documents that were answered, by the URL of the document. */
export interface Revisions {
  /** The revision that is known; undefined where none is. */
  readonly of: (url: string) => string | undefined
  /** A document was asked for or written, and this is its revision. */
  readonly learn: (url: string, revision: string) => void
  /**
   * A document was seen in passing, as on a page of a query. Whoever changes what was read before must not write over
   * what was only seen: it replaces nothing but what was seen in passing too.
   */
  readonly notice: (url: string, revision: string) => void
}

interface Known {
  readonly revision: string
  readonly inPassing: boolean
}

/**
 * A bounded memory of revisions: the least recently used are forgotten. Nothing is forgotten because of a refusal or a
 * delete: who tries again without reading must be refused again.
 */
export function rememberRevisions (most: number = mostRevisions): Revisions {
  const known = new Map<string, Known>()
  // A map keeps the order of insertion, the oldest first.
  const keep = (url: string, entry: Known): void => {
    known.delete(url)
    known.set(url, entry)
    for (const oldest of known.keys()) {
      if (known.size <= most) break
      known.delete(oldest)
    }
  }
  return {
    of: (url) => {
      const entry = known.get(url)
      if (entry !== undefined) keep(url, entry)
      return entry?.revision
    },
    learn: (url, revision) => keep(url, { revision, inPassing: false }),
    notice: (url, revision) => {
      if (known.get(url)?.inPassing !== false) keep(url, { revision, inPassing: true })
    }
  }
}
