import { Type } from 'typebox'

const code = (length) => Type.String({ pattern: `^[A-Z]{${length}}$` })
const named = Type.Object({ official: Type.String(), common: Type.String() }, { additionalProperties: false })
/** An object whose member names are codes, such as languages by `deu`. */
const byCode = (value) => Type.Record(Type.String({ pattern: '^[A-Za-z]{2,4}$' }), value)

/** A country as the npm package `world-countries` has it, how many people live there, and when somebody was last there. */
export const Country = Type.Object({
  name: Type.Object({
    common: Type.String({ minLength: 1 }),
    official: Type.String({ minLength: 1 }),
    native: byCode(named)
  }, { additionalProperties: false }),
  tld: Type.Array(Type.String()),
  cca2: code(2),
  cca3: code(3),
  ccn3: Type.String({ pattern: '^[0-9]{0,3}$' }),
  cioc: Type.String({ maxLength: 3 }),
  independent: Type.Union([Type.Boolean(), Type.Null()]),
  status: Type.String(),
  unMember: Type.Boolean(),
  unRegionalGroup: Type.String(),
  currencies: byCode(Type.Object({ name: Type.String(), symbol: Type.String() }, { additionalProperties: false })),
  idd: Type.Object({ root: Type.String(), suffixes: Type.Array(Type.String()) }, { additionalProperties: false }),
  capital: Type.Array(Type.String()),
  altSpellings: Type.Array(Type.String()),
  region: Type.String(),
  subregion: Type.String(),
  languages: byCode(Type.String()),
  translations: byCode(named),
  latlng: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  landlocked: Type.Boolean(),
  borders: Type.Array(code(3), { uniqueItems: true }),
  area: Type.Number(),
  population: Type.Optional(Type.Integer({ minimum: 0 })),
  flag: Type.String(),
  demonyms: byCode(Type.Object({ f: Type.String(), m: Type.String() }, { additionalProperties: false })),
  visited: Type.Optional(Type.String({ format: 'date-time' }))
}, { additionalProperties: false })

/** The content of an action that disables a resource: what the body of a 503 and `Retry-After` say, and whether reading goes on. */
export const Switch = Type.Object({
  retryAfter: Type.Optional(Type.Integer({ minimum: 0, description: 'Seconds.' })),
  message: Type.Optional(Type.String({ minLength: 1 })),
  methods: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('writes')]))
}, { additionalProperties: false, description: 'Disables the countries.' })

/** The one document of `/settings`. */
export const Settings = Type.Object({
  title: Type.String({ minLength: 1 }),
  loaded: Type.Boolean()
}, { additionalProperties: false })
