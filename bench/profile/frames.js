// What starts and stops the profile is no part of it.
const own = /^bench\/comparison\/server\.js:/

/**
 * A CPU profile of V8 as a tree of `{ name, place, self, total, children }` in microseconds, without the time in which there was
 * nothing to do. Places are told from `root` on, so that pictures of different machines are alike.
 */
export function framesOf ({ nodes, samples, timeDeltas }, root) {
  const self = new Map()
  for (const [index, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + Math.max(0, timeDeltas[index]))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const frameOf = ({ id, callFrame, children = [] }) => {
    const frames = children.map((child) => frameOf(byId.get(child))).filter(({ name, place }) => name !== '(idle)' && !own.test(place))
    const itself = self.get(id) ?? 0
    return {
      name: callFrame.functionName || '(anonymous)',
      place: placeOf(callFrame, root),
      self: itself,
      total: frames.reduce((sum, { total }) => sum + total, itself),
      children: frames.sort((a, b) => a.name < b.name ? -1 : 1)
    }
  }
  return frameOf(nodes[0])
}

/** Functions by their own time, wherever they were called, the most expensive first. */
export function hottest (frame, byFunction = new Map()) {
  const key = `${frame.name} ${frame.place}`
  const entry = byFunction.get(key) ?? { name: frame.name, place: frame.place, self: 0 }
  entry.self += frame.self
  byFunction.set(key, entry)
  for (const child of frame.children) hottest(child, byFunction)
  return [...byFunction.values()].sort((a, b) => b.self - a.self)
}

function placeOf ({ url, lineNumber }, root) {
  if (url === '') return ''
  return `${url.replace(root, '').replace(root.replace('file://', ''), '').replace(/^.*node_modules\//, '')}:${lineNumber + 1}`
}
