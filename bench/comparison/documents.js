/** About how many bytes the JSON of a document has, with its id and revision, and how many documents there are at the start. */
export const sizes = { 300: 10_000, 3000: 10_000, 30000: 1000 }

/** What all who validate judge contents by. */
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
    languages: { type: 'array', items: { type: 'string' }, maxItems: 20 },
    twinned: { type: 'boolean' },
    reviews: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          author: { type: 'string', minLength: 1 },
          stars: { type: 'integer', minimum: 1, maximum: 5 },
          verified: { type: 'boolean' },
          tags: { type: 'array', items: { type: 'string' } },
          text: { type: 'string', maxLength: 1000 }
        },
        required: ['author', 'stars', 'text'],
        additionalProperties: false
      }
    }
  },
  required: ['name', 'country', 'population'],
  additionalProperties: false
}

// 50 countries: one in fifty documents is German.
const countries = 'AR AT AU BD BE BR CA CH CL CN CO CZ DE DK EG ES ET FI FR GB GR HU ID IE IL IN IR IT JP KE KR MA MX MY NG NL NO NZ PE PH PK PL PT RO RU SE TH TR UA US'.split(' ')

/** The id of a document that is there at the start: they come before those of what is created, in this order. */
export function idOf (number) {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/** A content whose document has about so many bytes of JSON; the same for the same number. `population` differs, to be a change. */
export function contentOf (number, size, population = scatter(number, 10_000_000)) {
  const content = {
    name: `City number ${number}`,
    country: countries[number % countries.length],
    region: `Region ${scatter(number, 40)}`,
    population,
    location: { latitude: (scatter(number, 18_000) - 9000) / 100, longitude: (scatter(number + 7, 36_000) - 18_000) / 100 },
    languages: ['de', 'en', 'fr'],
    twinned: number % 3 === 0,
    reviews: []
  }
  // What grows is structure, as in documents that people have, not one long text.
  for (let bytes = 300; bytes + 65 < size; bytes += 130) content.reviews.push(reviewOf(number + content.reviews.length))
  return content
}

function reviewOf (number) {
  return {
    author: `Visitor ${scatter(number, 1000)}`,
    stars: 1 + number % 5,
    verified: number % 2 === 0,
    tags: ['market', 'river'],
    text: 'A market place, a station and a university.'
  }
}

// A multiplicative hash: what looks random is the same in each process.
function scatter (number, range) {
  return (Math.imul(number + 1, 2654435761) >>> 0) % range
}
