import { setImmediate } from 'node:timers/promises'

const sliceMilliseconds = 10

/** Cuts long work into slices of about 10 ms, between which other requests have their turn. */
export interface TimeSlices {
  /** Whether the slice is over; called at every step of the work. A long step may count for several, default 1. */
  over (steps?: number): boolean
  /** Lets others have their turn; then a new slice begins. */
  next (): Promise<void>
}

/**
 * Starts the first slice.
 *
 * @param stepsBetweenLooks so many steps are between looks at the clock, which cost as much as a simple filter
 */
export function createTimeSlices (stepsBetweenLooks: number = 32): TimeSlices {
  let end = performance.now() + sliceMilliseconds
  let steps = 0
  return {
    over (taken = 1) {
      steps += taken
      if (steps < stepsBetweenLooks) return false
      steps = 0
      return performance.now() >= end
    },
    async next () {
      await setImmediate()
      end = performance.now() + sliceMilliseconds
    }
  }
}
