/** What decides how content looks: the method, and whether the target is the singleton. */
interface Subject {
  readonly method: string
  readonly singleton: boolean
}

/** A document for PUT and POST, a list of patch operations for PATCH, that gives the one required member `text`. */
function json ({ method, singleton }: Subject, text: string, more: Record<string, string> = {}): string {
  const member = singleton ? 'theme' : 'name'
  return JSON.stringify(method === 'PATCH'
    ? [{ operation: 'replace', field: `/${member}`, value: text }]
    : { ...more, [member]: text })
}

/** A limit on content that all bodies but the large one keep. */
export const bodyLimit = 400

/** The levels of the factor "content" (http/pairwise.md section 2), as bytes. */
export const bodies = {
  valid: (subject: Subject): Buffer => Buffer.from(json(subject, 'nut')),
  malformed: (subject: Subject): Buffer => Buffer.from(json(subject, 'nut').slice(0, -1)),
  /** A patch is judged by its result only in row 21; in row 16 it must be a list of operations. */
  violating: ({ method }: Subject): Buffer => Buffer.from(JSON.stringify(method === 'PATCH'
    ? [{ operation: 'replace', value: 'nut' }]
    : { size: 1 })),
  large: (subject: Subject): Buffer => Buffer.from(json(subject, 'x'.repeat(bodyLimit))),
  illFormed: (subject: Subject): Buffer => Buffer.from(json(subject, '\u00ff'), 'latin1'),
  mismatched: (subject: Subject): Buffer => Buffer.from(json(subject, 'nut', { _id: 'other' }))
} as const
