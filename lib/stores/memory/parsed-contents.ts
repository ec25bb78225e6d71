/** The contents of so many characters of JSON stay parsed in a process; objects take about four bytes for each of them. */
const mostCharacters = 24_000_000

/**
 * Which documents have their content parsed: the longest parsed is forgotten first. Small collections are parsed once, and
 * going through a large one needs no more memory than this.
 */
export class ParsedContents<Holder> {
  readonly #forget: (holder: Holder) => void
  readonly #most: number
  /** In the order of parsing; those before the first are gone. */
  #holders: Array<{ readonly holder: Holder, readonly characters: number }> = []
  #first = 0
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
  keep (holder: Holder, characters: number): void {
    this.#holders.push({ holder, characters })
    this.#characters += characters
    // The newest stays: it is about to be looked at.
    while (this.#characters > this.#most && this.#first < this.#holders.length - 1) this.#forgetFirst()
    if (this.#first > 1000 && this.#first * 2 > this.#holders.length) {
      this.#holders = this.#holders.slice(this.#first)
      this.#first = 0
    }
  }

  #forgetFirst (): void {
    const { holder, characters } = this.#holders[this.#first++] as { readonly holder: Holder, readonly characters: number }
    this.#characters -= characters
    this.#forget(holder)
  }
}
