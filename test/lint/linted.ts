/** The request of an answer, as far as the rules need it. */
export interface LintRequest {
  readonly method: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/** An answer as it came. */
export interface LintResponse {
  readonly status: number
  /** Each line of the head in its place, names in lower case. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer
}

/** Both, with what rules ask of them. */
export interface Linted {
  readonly request: LintRequest
  readonly status: number
  readonly body: Buffer
  /** All lines of one name. */
  lines (name: string): readonly string[]
  /** The elements of all lines of one name, which is a list; in lower case. */
  list (name: string): readonly string[]
}

/** Says what is wrong, or false. */
export type Rule = (linted: Linted) => string | false

/** An exchange as rules see it. */
export function toLinted (request: LintRequest, { status, fields, body }: LintResponse): Linted {
  const lines = (wanted: string): readonly string[] => fields.filter(([name]) => name === wanted).map(([, value]) => value)
  return {
    request,
    status,
    body,
    lines,
    list: (name) => elementsOf(lines(name).join(',')).map((element) => element.toLowerCase())
  }
}

/** The elements of a list (RFC 9110 section 5.6.1); commas inside quoted strings are none of its own. */
export function elementsOf (value: string): readonly string[] {
  return (value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((element) => element.trim()).filter((element) => element !== '')
}

/** `token` of RFC 9110 section 5.6.2, as a part of other expressions. */
export const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

/** `HTTP-date` in the form that is sent (RFC 9110 section 5.6.7). */
export const httpDate: RegExp = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/
