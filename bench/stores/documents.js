/** So many documents are there at the start. */
export const size = 10_000

/** What both contenders judge contents by. */
export const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    country: { type: 'string', pattern: '^[A-Z]{2}$' },
    region: { type: 'string' },
    population: { type: 'integer', minimum: 0 },
    location: {
      type: 'object',
      properties: { latitude: { type: 'number', minimum: -90, maximum: 90 }, longitude: { type: 'number', minimum: -180, maximum: 180 } },
      required: ['latitude', 'longitude'],
      additionalProperties: false
    },
    timezone: { type: 'string' },
    languages: { type: 'array', items: { type: 'string' }, maxItems: 20 },
    twinned: { type: 'boolean' },
    description: { type: 'string', maxLength: 1000 }
  },
  required: ['name', 'country', 'population'],
  additionalProperties: false
}

// 50 countries, so that 200 documents are German.
const countries = 'AR AT AU BD BE BR CA CH CL CN CO CZ DE DK EG ES ET FI FR GB GR HU ID IE IL IN IR IT JP KE KR MA MX MY NG NL NO NZ PE PH PK PL PT RO RU SE TH TR UA US'.split(' ')

/** The id of a document that is there at the start. */
export function idOf (number) {
  return `city-${String(number).padStart(5, '0')}`
}

/** A content of about 300 bytes; the same for the same number. `population` differs, to be a change. */
export function contentOf (number, population = scatter(number, 10_000_000)) {
  return {
    name: `City number ${number}`,
    country: countries[number % countries.length],
    region: `Region ${scatter(number, 40)}`,
    population,
    location: { latitude: (scatter(number, 18_000) - 9000) / 100, longitude: (scatter(number + 7, 36_000) - 18_000) / 100 },
    timezone: 'Europe/Berlin',
    languages: ['de', 'en', 'fr'],
    twinned: number % 3 === 0,
    description: 'A city at a river, with a market place, a railway station and a university.'
  }
}

// A multiplicative hash: what looks random is the same in each process.
function scatter (number, range) {
  return (Math.imul(number + 1, 2654435761) >>> 0) % range
}
