const byPopulation = (population) => JSON.stringify({ population })
const asIs = (content) => content

/** How contenders want to be asked, and where documents are in their answers. */
export const dialects = {
  commonRest: {
    list: '/cities?_queryFilter=true&_pageSize=20',
    filtered: `/cities?${new URLSearchParams({ _queryFilter: 'country eq "DE"', _pageSize: '20' })}`,
    patch: commonRestPatch,
    encode: asIs,
    created: 201,
    results: ({ result }) => result
  },
  byHand: {
    list: '/cities?pageSize=20',
    filtered: '/cities?country=DE&pageSize=20',
    patch: commonRestPatch,
    encode: asIs,
    created: 201,
    results: ({ result }) => result
  },
  jsonServer: {
    list: '/cities?_limit=20',
    filtered: '/cities?country=DE&_limit=20',
    patch: byPopulation,
    encode: asIs,
    created: 201,
    results: (body) => body
  },
  feathers: {
    list: '/cities?$limit=20',
    filtered: '/cities?country=DE&$limit=20',
    patch: byPopulation,
    encode: asIs,
    created: 201,
    results: ({ data }) => data
  },
  platformatic: {
    list: '/cities?limit=20',
    filtered: '/cities?where.country.eq=DE&limit=20',
    encode: encodeColumns,
    // It says where the document is, all the same.
    created: 200,
    results: (body) => body
  }
}

/** The other way round than `encode`: the content that is in an answer. */
export function contentIn (document) {
  const { _id, _rev, id, ...content } = document
  for (const [name, value] of Object.entries(content)) if (typeof value === 'string' && /^[[{]/.test(value)) content[name] = JSON.parse(value)
  return content
}

/** What is structured is text in columns of SQLite. */
export function encodeColumns (content) {
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : value]))
}

function commonRestPatch (population) {
  return JSON.stringify([{ operation: 'replace', field: '/population', value: population }])
}
