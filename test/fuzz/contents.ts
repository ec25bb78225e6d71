import { mutate } from './mutate.ts'
import { anything, number, pointer, text } from './values.ts'
import { refused, right, unsure } from './draft.ts'
import type { Choice, Random } from './draft.ts'
import type { Shape } from './targets.ts'

/** Content that fits the schema of a resource. */
export function fitting (random: Random, shape: Shape): Record<string, unknown> {
  const maybe = (members: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(members).filter(() => random.chance(0.4)))
  switch (shape) {
    case 'thing': return {
      name: `${random.pick(['bolt', 'Bolt', 'nut', 'straße', '😀', 'x'.repeat(50)])}${random.below(60)}`,
      ...maybe({
        size: random.below(300) - 50,
        price: number(random),
        email: 'a@example.com',
        tags: [...new Set(Array.from({ length: random.below(5) }, () => text(random)))],
        group: random.pick(['g1', 'g2', 'G1']),
        code: random.pick(['c', 1, true, null, 1.5]),
        nested: { a: text(random), b: [anything(random, 2)] },
        until: random.chance(0.2) ? '2001-01-01T00:00:00Z' : '2100-01-01T00:00:00.5+02:00',
        pin: `PIN-${random.below(10)}`,
        secret: random.chance(0.5)
      })
    }
    case 'strict': return { first: `f${random.below(9)}`, last: `l${random.below(9)}`, ...maybe({ born: random.below(2000) }) }
    case 'strict 1.0': return { name: `f${random.below(9)} l${random.below(9)}` }
    case 'settings': return { theme: text(random), ...maybe({ zoom: random.below(9) }) }
    case 'user': return { userName: `u${random.below(30)}`, ...maybe({ level: random.below(9) }) }
    case 'clock': return { at: random.below(1000) }
    default: return maybe({ a: anything(random), b: anything(random), name: text(random) })
  }
}

/** JSON text for a create or update: right, broken in a known way, or in an unknown one. */
export function content (random: Random, shape: Shape): Choice<Buffer> {
  const whole = fitting(random, shape)
  const json = JSON.stringify(random.chance(0.3) ? { ...whole, _rev: text(random) } : whole)
  if (random.chance(0.7)) return right(Buffer.from(json))
  const bytes = (value: string): Buffer => Buffer.from(value)
  switch (random.below(9)) {
    case 0: return refused(16, 400, bytes(random.pick(['{', '{"a":', '[1', '{"a":01}', '{"a":1}}', '{\'a\':1}', '{"a":"\x01"}', 'nul', '{"a":1,}', '{"a":NaN}', '[]', '3', 'null', '"x"'])))
    case 1: return refused(16, 400, Buffer.concat([bytes('{"name":"'), Buffer.from([0xc3, 0x28]), bytes('"}')]))
    case 2: return refused(16, 400, bytes(JSON.stringify({ ...whole, a: 'x\0y' })))
    case 3: return shape === 'bare' ? right(bytes(json)) : refused(16, 400, bytes(JSON.stringify({ name: 5, first: 5, userName: 5, theme: 5, at: 'x' })))
    case 4: return unsure(16, bytes(`{"a":${'['.repeat(random.below(400))}`.padEnd(500, ']') + '}'))
    case 5: return unsure(16, bytes(json.replace('{', `{"__proto__":${JSON.stringify(anything(random))},"constructor":{"prototype":{"polluted":1}},`)))
    case 6: return unsure(16, bytes(json.replace('{', random.pick(['{"name":"twice",', '\ufeff{', '{"b":"\\ud800",', '{"a":1e400,', '{"a":-0.0,', '{"a":123456789012345678901234567890,', '{"owner":"me",', '{"_id":"other",', '{"_id":null,', '{"_id":7,', '{"_id":"",', '{"until":"soon",']))))
    case 7: return shape === 'bare' ? refused(16, 400, bytes(JSON.stringify({ ...whole, filler: 'x'.repeat(5000) }))) : unsure(16, bytes(JSON.stringify({ ...whole, a: anything(random, 5) })))
    default: return unsure(16, Buffer.from(mutate(random, Buffer.from(json).toString('latin1')), 'latin1'))
  }
}

/** A patch in one of the three languages, and its media type; only what is no JSON is certain to be refused. */
export function patch (random: Random, shape: Shape): Choice<{ readonly type: string, readonly body: Buffer }> {
  const language = random.pick(['application/json', 'application/json-patch+json', 'application/merge-patch+json'])
  const count = random.chance(0.9) ? random.below(4) : random.below(30)
  const value: unknown = language === 'application/merge-patch+json'
    ? random.chance(0.7) ? fitting(random, shape) : { ...fitting(random, shape), name: null, a: anything(random), nested: { a: null, b: anything(random) } }
    : Array.from({ length: count }, () => language === 'application/json' ? commonRestOperation(random) : jsonPatchOperation(random))
  const body = JSON.stringify(value)
  if (random.chance(0.1)) return refused(16, 400, { type: language, body: Buffer.from(random.pick(['{', '[{', '3', '"x"', '[3]', '[{"operation":'])) })
  return unsure(16, { type: language, body: random.chance(0.15) ? Buffer.from(mutate(random, Buffer.from(body).toString('latin1')), 'latin1') : Buffer.from(body) })
}

function commonRestOperation (random: Random): object {
  const operation = random.pick(['add', 'remove', 'replace', 'increment', 'move', 'copy', 'add', 'replace', 'transform', 'dance'])
  return { operation, field: pointer(random), ...(random.chance(0.8) ? { value: value(random) } : {}), ...(random.chance(0.3) || operation === 'move' || operation === 'copy' ? { from: pointer(random) } : {}) }
}

function jsonPatchOperation (random: Random): object {
  const op = random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test'])
  return { op, path: pointer(random), ...(random.chance(0.9) ? { value: value(random) } : {}), ...(random.chance(0.2) || op === 'move' || op === 'copy' ? { from: pointer(random) } : {}) }
}

function value (random: Random): unknown {
  return random.pick([text(random), number(random), anything(random), random.below(9), [text(random)]])
}

/** Content in parts. */
export function multipart (random: Random, shape: Shape): Choice<{ readonly type: string, readonly body: Buffer }> {
  const json = JSON.stringify({ ...fitting(random, shape), group: { $ref: `cid:${random.pick(['file', 'file', 'none', '__proto__'])}#${random.pick(['content', 'filename', 'mimetype', 'other'])}` } })
  const body = [
    '--line', 'Content-Disposition: form-data; name="document"', 'Content-Type: application/json', '', json,
    '--line', `Content-Disposition: form-data; name="file"; filename="${random.pick(['a.txt', '../x', 'é', ''])}"`, 'Content-Type: text/plain', '', text(random), '--line--', ''
  ].join('\r\n')
  const bytes = Buffer.from(body)
  return unsure(14, {
    type: random.pick(['multipart/form-data; boundary=line', 'multipart/form-data; boundary="line"', 'multipart/form-data', 'multipart/form-data; boundary=other', 'multipart/mixed; boundary=line']),
    body: random.chance(0.5) ? bytes : Buffer.from(mutate(random, bytes.toString('latin1')), 'latin1')
  })
}
