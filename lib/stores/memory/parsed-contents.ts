/** The contents of so many characters of JSON stay parsed in a process; objects take about four bytes for each of them. */
const mostCharacters = 24_000_000

/** The place of a content that stays parsed; the content itself is the holder's alone, and goes with it. */
export interface KeptContent<Holder> {
  readonly characters: number
  /** Whose it is; undefined where it was forgotten or dropped. */
  holder: Holder | undefined
}

/**
 * Which documents have their content parsed: the longest parsed is forgotten first. Small collections are parsed once, and
 * going through a large one needs no more memory than this.
 */
export class ParsedContents<Holder> {
  readonly #forget: (holder: Holder) => void
  readonly #most: number
  /** In the order of parsing; those before the first are gone, and so are those without a holder. */
  #queue: Array<KeptContent<Holder>> = []
  #first = 0
  #dropped = 0
  #characters = 0

  constructor (forget: (holder: Holder) => void, most: number = mostCharacters) {
    this.#forget = forget
    this.#most = most
  }

  /** Whether a content of so many characters can be kept and no other need be forgotten. */
  hasRoom (characters: number): boolean {
    return this.#characters + characters <= this.#most
  }

  /** Notes that a content of so many characters was parsed, and forgets others where there are too many by now. */
  keep (holder: Holder, characters: number): KeptContent<Holder> {
    const kept = { characters, holder }
    this.#queue.push(kept)
    this.#characters += characters
    // The newest stays: it is about to be looked at.
    while (this.#characters > this.#most && this.#first < this.#queue.length - 1) this.#forgetFirst()
    this.#tidy()
    return kept
  }

  /** Takes out the content of a document that is there no more: nobody is going to look at it again. */
  drop (kept: KeptContent<Holder>): void {
    if (kept.holder === undefined) return
    kept.holder = undefined
    this.#characters -= kept.characters
    this.#dropped++
    this.#tidy()
  }

  #forgetFirst (): void {
    const kept = this.#queue[this.#first++] as KeptContent<Holder>
    const { holder, characters } = kept
    if (holder === undefined) {
      this.#dropped--
      return
    }
    kept.holder = undefined
    this.#characters -= characters
    this.#forget(holder)
  }

  #tidy (): void {
    const gone = this.#first + this.#dropped
    if (gone < 1000 || gone * 2 < this.#queue.length) return
    this.#queue = this.#queue.filter(({ holder }) => holder !== undefined)
    this.#first = 0
    this.#dropped = 0
  }
}
