import { newRow } from './new-row.js'

/** Rows in a Map, and those of each country beside it. */
export function memoryTable () {
  const rows = new Map()
  const byCountry = new Map()
  const put = (id, { revision, content }) => {
    const { country, population } = JSON.parse(content)
    const before = rows.get(id)
    if (before !== undefined) byCountry.get(before.country).delete(before)
    const row = { id, revision, content, country, population }
    rows.set(id, row)
    if (!byCountry.has(country)) byCountry.set(country, new Set())
    byCountry.get(country).add(row)
    return row
  }
  return {
    read: (id) => rows.get(id),
    update: (id, revision, content) => rows.get(id)?.revision === revision ? put(id, newRow(content)) : undefined,
    insert: (id, content) => rows.has(id) ? undefined : put(id, newRow(content)),
    page: (country, limit) => [...byCountry.get(country) ?? []].sort(largestFirst).slice(0, limit),
    close: () => {}
  }
}

function largestFirst (a, b) {
  return b.population - a.population || (a.id < b.id ? -1 : 1)
}
