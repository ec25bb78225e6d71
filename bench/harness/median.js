/** The middle of some numbers, or of what is picked of each of some others. */
export function median (all, pick = (one) => one) {
  const sorted = all.map(pick).sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
