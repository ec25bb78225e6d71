/** What answers have told so far about documents and pages, for requests that build on them. */
export interface Knowledge {
  /** The revision that was seen last at a path. */
  readonly revisions: Map<string, string>
  /** The revision before that. */
  readonly stale: Map<string, string>
  /** Cookies of pages, with the query string that they belong to. */
  readonly cookies: Array<{ readonly path: string, readonly query: string, readonly cookie: string }>
}

/** Nothing yet. */
export function makeKnowledge (): Knowledge {
  return { revisions: new Map(), stale: new Map(), cookies: [] }
}

/** Notes a revision. */
export function learnRevision ({ revisions, stale }: Knowledge, path: string, revision: string): void {
  const before = revisions.get(path)
  if (before !== undefined && before !== revision) stale.set(path, before)
  revisions.set(path, revision)
}

/** Notes a cookie; the last fifty are kept. */
export function learnCookie ({ cookies }: Knowledge, path: string, query: string, cookie: string): void {
  cookies.push({ path, query, cookie })
  if (cookies.length > 50) cookies.shift()
}
