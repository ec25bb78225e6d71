import { rect, svg, text } from '../harness/svg.js'

const [width, height, top] = [1400, 17, 54]
const least = 1.2
const colours = [
  [/^dist\//, '#e8785f', 'the plugin'],
  [/^bench\//, '#d9a441', 'the routes of the benchmark'],
  [/^(?:fastify|find-my-way|fast-json-stringify|@fastify|avvio|light-my-request)\b/, '#7fb069', 'Fastify'],
  [/^node:/, '#9fb8d0', 'Node'],
  [/./, '#c7a6d8', 'other packages'],
  [/^$/, '#cfcfcf', 'native, garbage collector']
]

/** A picture of frames: what was called stands on its caller, as wide as it took time. */
export function flameGraph (title, frames) {
  const deepest = depthOf(frames, width / frames.total)
  const bottom = top + deepest * height
  return svg(width, bottom + 12, [
    text(12, 22, `${title}: ${(frames.total / 1e6).toFixed(1)} s of processor time`, { size: 15, weight: 'bold' }),
    ...colours.flatMap(([, fill, name], index) => [rect(12 + index * 200, 32, 12, 12, { fill }), text(30 + index * 200, 42, name)]),
    ...draw(frames, 0, bottom - height, width / frames.total, frames.total)
  ])
}

function draw (frame, x, y, scale, all) {
  const wide = frame.total * scale
  if (wide < least) return []
  const share = `${(frame.total / all * 100).toFixed(2)} %, itself ${(frame.self / all * 100).toFixed(2)} %`
  const elements = [rect(x, y, Math.max(0.6, wide - 0.6), height - 1, { fill: colourOf(frame) }, `${frame.name} ${frame.place}: ${share}`)]
  const room = Math.floor((wide - 6) / 6.6)
  if (room >= 3) elements.push(text(x + 3, y + 12, frame.name.length > room ? `${frame.name.slice(0, room - 1)}…` : frame.name, { size: 11 }))
  let left = x
  for (const child of frame.children) {
    elements.push(...draw(child, left, y - height, scale, all))
    left += child.total * scale
  }
  return elements
}

function depthOf ({ total, children }, scale) {
  return total * scale < least ? 0 : 1 + Math.max(0, ...children.map((child) => depthOf(child, scale)))
}

function colourOf ({ place }) {
  return colours.find(([pattern]) => pattern.test(place))[1]
}
