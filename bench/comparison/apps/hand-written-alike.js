import { start as startByHand } from './hand-written.js'

/** The routes by hand whose answers have all the header fields that those of the plugin have. */
export function start (settings) {
  return startByHand({ ...settings, alike: true })
}
