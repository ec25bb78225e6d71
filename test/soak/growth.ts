/** A value at a time, in seconds. */
export interface Sample {
  readonly at: number
  readonly value: number
}

/**
 * How much a value grows from the end of the warm-up, a third of the time, to the end: the median of the slopes between all
 * pairs of samples (Theil and Sen), which single outliers do not move, times the time.
 */
export function growthOf (samples: readonly Sample[]): number {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  const warm = samples.filter(({ at }) => at >= first + (last - first) / 3)
  const slopes = warm.flatMap((a, index) => warm.slice(index + 1).map((b) => (b.value - a.value) / (b.at - a.at))).sort((a, b) => a - b)
  const middle = slopes[Math.floor(slopes.length / 2)] ?? 0
  return middle * (last - (warm[0]?.at ?? last))
}
