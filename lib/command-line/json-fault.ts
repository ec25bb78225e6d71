const blank = /[ \t\n\r]*/y
// RFC 8259 sections 3, 6 and 7
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const [quote, backslash, firstPrintable] = [0x22, 0x5c, 0x20] as const

/** Where a text stops being JSON; both count from 1. */
export interface JsonFault {
  readonly line: number
  readonly column: number
}

/**
 * Where a text that `JSON.parse` refuses stops being JSON, which not every version of Node tells.
 *
 * @param text what is no JSON; of a text that is, the place behind its end
 */
export function findJsonFault (text: string): JsonFault {
  const before = text.slice(0, new FaultFinder(text).find()).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

class FaultFinder {
  readonly #text: string
  #at = 0

  constructor (text: string) {
    this.#text = text
  }

  find (): number {
    // What closes the arrays and objects that are open.
    const open: string[] = []
    for (;;) {
      if (this.#takeOne('[')) {
        if (!this.#takeOne(']')) {
          open.push(']')
          continue
        }
      } else if (this.#takeOne('{')) {
        if (!this.#takeOne('}')) {
          open.push('}')
          if (this.#takeName()) continue
          return this.#at
        }
      } else if (!this.#takeString() && !this.#take(literal)) {
        return this.#at
      }
      // A value has ended, and perhaps what it is in.
      while (open.length > 0 && this.#takeOne(open.at(-1) as string)) open.pop()
      if (open.length === 0 || !this.#takeOne(',')) return this.#at
      if (open.at(-1) === '}' && !this.#takeName()) return this.#at
    }
  }

  #take (pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const taken = pattern.test(this.#text)
    if (taken) this.#at = pattern.lastIndex
    return taken
  }

  /** A character, with the blanks around it. */
  #takeOne (character: string): boolean {
    this.#take(blank)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    this.#take(blank)
    return true
  }

  #takeName (): boolean {
    return this.#takeString() && this.#takeOne(':')
  }

  /** A string; up to the fault, where it is none. */
  #takeString (): boolean {
    if (this.#text.charCodeAt(this.#at) !== quote) return false
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === quote) {
        this.#at++
        return true
      }
      if (code < firstPrintable) return false
      if (code !== backslash) continue
      if (!this.#take(escape)) return false
      this.#at--
    }
    return false
  }
}
