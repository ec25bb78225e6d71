/** A picture of SVG elements, on white. */
export function svg (width, height, elements) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    rect(0, 0, width, height, { fill: '#ffffff' }),
    ...elements,
    '</svg>',
    ''
  ].join('\n')
}

export function rect (x, y, width, height, style, title) {
  return element('rect', { x, y, width, height, ...style }, title)
}

export function circle (cx, cy, r, style, title) {
  return element('circle', { cx, cy, r, ...style }, title)
}

export function line (x1, y1, x2, y2, style) {
  return element('line', { x1, y1, x2, y2, ...style })
}

export function text (x, y, content, { anchor = 'start', size, weight, fill } = {}) {
  return `<text ${attributes({ x, y, 'text-anchor': anchor, 'font-size': size, 'font-weight': weight, fill })}>${escape(content)}</text>`
}

/** With a title, which browsers show where the pointer is. */
function element (name, all, title) {
  return title === undefined ? `<${name} ${attributes(all)}/>` : `<${name} ${attributes(all)}><title>${escape(title)}</title></${name}>`
}

function attributes (all) {
  return Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${typeof value === 'number' ? Number(value.toFixed(1)) : escape(value)}"`)
    .join(' ')
}

function escape (value) {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
