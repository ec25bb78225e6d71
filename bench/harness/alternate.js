/**
 * Lets contenders take turns: A B C, then C B A, and so on, as a machine that gets slower would else favour those in front.
 * Returns what each has done in each round, by name. The first round warms all up and counts for nothing.
 */
export async function alternate (contenders, rounds, run) {
  const taken = new Map(contenders.map(({ name }) => [name, []]))
  for (let number = -1; number < rounds; number++) {
    for (const contender of number % 2 === 0 ? contenders : contenders.toReversed()) {
      const result = await run(contender, number < 0)
      if (number >= 0) taken.get(contender.name).push(result)
    }
  }
  return taken
}
