/** The place of what is kept of a text; what that is is the holder's alone, and goes with it. */
export interface KeptText<Holder> {
  characters: number
  /** Whose it is; undefined where it was forgotten or dropped. */
  holder: Holder | undefined
}

/**
 * Of which texts something is kept, up to so many characters in all: what was kept first is forgotten first. Small collections
 * are kept as a whole, and going through a large one needs no more memory than this.
 */
export class KeptCharacters<Holder> {
  readonly #forget: (holder: Holder) => void
  readonly #most: number
  /** In the order in which they came; those before the first are gone, and so are those without a holder. */
  #queue: Array<KeptText<Holder>> = []
  #first = 0
  #dropped = 0
  #characters = 0

  constructor (forget: (holder: Holder) => void, most: number) {
    this.#forget = forget
    this.#most = most
  }

  /** Whether a text of so many characters can be kept and no other need be forgotten. */
  hasRoom (characters: number): boolean {
    return this.#characters + characters <= this.#most
  }

  /** Notes that something is kept of a text of so many characters, and forgets others where there are too many by now. */
  keep (holder: Holder, characters: number): KeptText<Holder> {
    const kept = { characters, holder }
    this.#queue.push(kept)
    this.#characters += characters
    // The newest stays: it is about to be looked at.
    while (this.#characters > this.#most && this.#first < this.#queue.length - 1) this.#forgetFirst()
    this.#tidy()
    return kept
  }

  /** Takes out a text that is there no more: nobody is going to look at it again. */
  drop (kept: KeptText<Holder>): void {
    if (kept.holder === undefined) return
    kept.holder = undefined
    this.#characters -= kept.characters
    this.#dropped++
    this.#tidy()
  }

  /** Notes that something else is kept of a text of so many characters, in the place of what was. */
  renew (kept: KeptText<Holder>, characters: number): void {
    this.#characters += characters - kept.characters
    kept.characters = characters
  }

  #forgetFirst (): void {
    const kept = this.#queue[this.#first++] as KeptText<Holder>
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
