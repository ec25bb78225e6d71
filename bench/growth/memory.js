import { setTimeout } from 'node:timers/promises'

/** The bytes that are in use, in the heap of V8 and beside it, after garbage is gone; Node has to be run with --expose-gc. */
export async function bytesInUse () {
  // Requests in process leave what ends only with the turn of the event loop, and what the first collection finalises goes with the second.
  for (let pass = 0; pass < 3; pass++) {
    await setTimeout(20)
    globalThis.gc()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
