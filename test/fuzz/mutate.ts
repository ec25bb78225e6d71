import type { Random } from './draft.ts'

/** What parsers stumble over. */
const morsels = ['\r\n', '\n', '\r', '\0', ' ', '\t', ':', ',', ';', '"', '\\', '%', '%00', '%zz', '/', '//', '?', '&', '=', '#', '\x7f', '\xff', '\xc3\x28', '0', '-1', '99999999999999999999', '\r\n\r\n', '0\r\n\r\n', '{', '}', '[', ']', '(', ')', '*', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', ' HTTP/1.1\r\n', 'GET / HTTP/1.1\r\n\r\n', '__proto__', 'constructor', '\x80', '\u00e9']

/** Bytes as latin1 text, changed in one to four places. */
export function mutate (random: Random, text: string, other: string = text): string {
  let mutated = text
  for (let times = 1 + random.below(4); times > 0; times--) mutated = mutateOnce(random, mutated, other)
  return mutated
}

function mutateOnce (random: Random, text: string, other: string): string {
  const at = random.below(text.length + 1)
  const length = 1 + random.below(random.chance(0.8) ? 4 : 60)
  switch (random.below(8)) {
    case 0: return text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) ^ (1 << random.below(8))) & 0xff) + text.slice(at + 1)
    case 1: return text.slice(0, at) + random.pick(morsels) + text.slice(at)
    case 2: return text.slice(0, at) + text.slice(at + length)
    case 3: return text.slice(0, at + length) + text.slice(at)
    case 4: return random.chance(0.3) ? text.slice(0, at) : text.slice(0, at) + random.pick(morsels) + text.slice(at + length)
    case 5: return text.slice(0, at) + other.slice(random.below(other.length + 1))
    case 6: return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at)
    default: return text.replace(/\d+/, () => random.pick(['0', '-1', '1', '00', '99999999999', '1e3', '0x10', '']))
  }
}
