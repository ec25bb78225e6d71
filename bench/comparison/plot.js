import { circle, line, svg, text } from '../harness/svg.js'
import { contenders } from './contenders.js'

const colours = {
  floor: '#9aa0a6',
  fastify: '#7b9e3b',
  'fastify-etag': '#2f7d4f',
  'hand-written': '#1a1a1a',
  'hand-alike': '#6b6b6b',
  'hand-beside': '#d99a8f',
  plugin: '#d03b2f',
  express: '#b08800',
  'json-server': '#3b6fb6',
  feathers: '#8a4fb0',
  platformatic: '#14919b'
}
const [left, right, top, step] = [190, 800, 96, 24]
// Throughputs of a hundredth to four times that of the routes written by hand, on a logarithmic scale.
const [least, most] = [0.01, 4]
const ticks = [0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 4]

/** A line for each work, with a dot for the throughput of each contender beside that of the routes written by hand. */
export function plot ({ rows }) {
  const shown = rows.filter((row) => 'hand-written' in row.contenders)
  const bottom = top + shown.length * step
  const names = Object.keys(contenders).filter((name) => shown.some((row) => name in row.contenders))
  return svg(right + 30, bottom + 34, [
    text(16, 22, 'Requests a second, where the routes written by hand are 1', { size: 14, weight: 'bold' }),
    ...names.flatMap((name, index) => {
      const [x, y] = [22 + (index % 5) * 160, 42 + Math.floor(index / 5) * 18]
      return [dot(x, y - 4, name), text(x + 12, y, name)]
    }),
    ...ticks.flatMap((value) => [
      line(xOf(value), top - 6, xOf(value), bottom, { stroke: value === 1 ? '#1a1a1a' : '#dddddd' }),
      text(xOf(value), bottom + 16, String(value), { anchor: 'middle' })
    ]),
    ...shown.flatMap((row, index) => drawRow(row, top + 12 + index * step))
  ])
}

function drawRow ({ work, size, connections, contenders: measured }, y) {
  const { perSecond: base } = measured['hand-written']
  return [
    text(left - 12, y + 4, `${work}, ${size} B, ${connections}`, { anchor: 'end' }),
    line(left, y, right, y, { stroke: '#eeeeee' }),
    // The plugin is drawn last, and so on top.
    ...Object.entries(measured).sort(([a], [b]) => Number(a === 'plugin') - Number(b === 'plugin')).map(([name, { perSecond }]) => {
      return dot(xOf(perSecond / base), y, name, `${name}: ${perSecond.toFixed(0)} a second, ${(perSecond / base).toFixed(2)}`)
    })
  ]
}

function dot (x, y, name, title) {
  return circle(x, y, name === 'plugin' ? 6 : 4.5, { fill: colours[name] }, title)
}

function xOf (value) {
  const within = Math.min(most, Math.max(least, value))
  return left + (right - left) * Math.log(within / least) / Math.log(most / least)
}
