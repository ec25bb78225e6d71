import { randomUUID } from 'node:crypto'

/** What a table keeps of a content: its JSON text, with a new revision. */
export function newRow (content) {
  return { revision: randomUUID(), content: JSON.stringify(content) }
}
