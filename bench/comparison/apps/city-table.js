/** Cities in a Map in the order of their creation, and those of each country beside it: what routes written by hand keep. */
export function cityTable () {
  const byId = new Map()
  const byCountry = new Map()
  return {
    get: (id) => byId.get(id),
    /** Stores a city in place of the one that was there, or of none; false where another is there by now. */
    replace (before, city) {
      if (byId.get(city._id) !== before) return false
      if (before !== undefined && before.country !== city.country) byCountry.get(before.country).delete(city._id)
      byId.set(city._id, city)
      if (!byCountry.has(city.country)) byCountry.set(city.country, new Map())
      byCountry.get(city.country).set(city._id, city)
      return true
    },
    /** One page, of a country or of all, and the cookie of the next. */
    page ({ country, pageSize, cookie }) {
      const cities = country === undefined ? byId : byCountry.get(country) ?? new Map()
      let after = cookie === undefined ? undefined : Buffer.from(cookie, 'base64url').toString()
      const result = []
      for (const [id, city] of cities) {
        if (after !== undefined) {
          if (id === after) after = undefined
        } else if (result.length === pageSize) {
          return pageOf(result, Buffer.from(result.at(-1)._id).toString('base64url'))
        } else result.push(city)
      }
      return pageOf(result, null)
    }
  }
}

function pageOf (result, pagedResultsCookie) {
  return { result, resultCount: result.length, pagedResultsCookie, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1 }
}
