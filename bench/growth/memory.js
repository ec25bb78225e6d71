/** The bytes that are in use, in the heap of V8 and beside it, after garbage is gone; Node has to be run with --expose-gc. */
export function bytesInUse () {
  // What the first collection finalises goes with the second.
  for (let pass = 0; pass < 3; pass++) globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
