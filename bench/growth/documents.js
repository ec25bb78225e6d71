import { contentOf as cityOf, schema } from '../comparison/documents.js'

const figures = 20

/** The schema of a resource: none is the object of another, as people write them, and as what is compiled for one is kept. */
export function schemaOf (number, { wide = false } = {}) {
  const properties = Object.fromEntries(Array.from({ length: wide ? figures : 0 }, (_, index) => [`figure${index}`, { type: 'integer' }]))
  return structuredClone({ ...schema, title: `Resource ${number}`, properties: { ...schema.properties, ...properties } })
}

/** A content of about 300 bytes as the parser of JSON makes it; a wide one has 20 members more. */
export function contentOf (number, { wide = false, size = 300 } = {}) {
  return JSON.parse(JSON.stringify(wide ? { ...cityOf(number, size), ...figuresOf(number) } : cityOf(number, size)))
}

/** Other figures for each number. */
export function figuresOf (number) {
  return Object.fromEntries(Array.from({ length: figures }, (_, index) => [`figure${index}`, (Math.imul(number + index + 1, 2654435761) >>> 0) % 1000]))
}
