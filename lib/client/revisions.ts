/** How many documents a resource of a client knows the revision of. */
export const mostRevisions = 10_000

/** The revisions of the documents that were read, by the URL of the document. */
export interface Revisions {
  /** The revision that was read; undefined where none is known. */
  readonly of: (url: string) => string | undefined
  /** A document was asked for, and this is its revision. */
  readonly learn: (url: string, revision: string) => void
  /**
   * A document was on a page of a query. Whoever edits what was read before must not write over what only the page has
   * shown, so that is kept unless the server has said that it is over.
   */
  readonly notice: (url: string, revision: string) => void
  /** The server has said that the document has this revision no more. */
  readonly doubt: (url: string) => void
}

interface Known {
  readonly revision: string
  readonly doubtful: boolean
}

/**
 * A bounded memory of revisions: the least recently used are forgotten. Nothing is forgotten because of a refusal: who
 * tries again without reading must be refused again.
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
    learn: (url, revision) => keep(url, { revision, doubtful: false }),
    notice: (url, revision) => {
      if (known.get(url)?.doubtful !== false) keep(url, { revision, doubtful: false })
    },
    doubt: (url) => {
      const entry = known.get(url)
      if (entry !== undefined) known.set(url, { ...entry, doubtful: true })
    }
  }
}
