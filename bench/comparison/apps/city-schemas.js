import { schema } from '../documents.js'

const { properties, required } = schema
const text = { type: 'string' }
const error = { type: 'object', properties: { code: { type: 'integer' }, reason: text, message: text } }
const city = { type: 'object', properties: { _id: text, _rev: text, ...properties }, required: ['_id', '_rev', ...required] }
const page = {
  type: 'object',
  properties: {
    result: { type: 'array', items: city },
    resultCount: { type: 'integer' },
    pagedResultsCookie: { type: ['string', 'null'] },
    totalPagedResultsPolicy: text,
    totalPagedResults: { type: 'integer' },
    remainingPagedResults: { type: 'integer' }
  }
}
const patch = {
  type: 'array',
  items: {
    type: 'object',
    properties: { operation: { enum: ['add', 'replace', 'remove'] }, field: { type: 'string', pattern: '^(?:/[^/]+)+$' }, value: {} },
    required: ['operation', 'field'],
    additionalProperties: false
  }
}

/** The schemas of routes written by hand: what comes is validated, what goes is serialised by fast-json-stringify. */
export const citySchemas = {
  read: { response: { 200: city, '4xx': error } },
  list: { querystring: { type: 'object', properties: { country: text, pageSize: { type: 'string', pattern: '^[1-9][0-9]{0,2}$' }, cookie: text } }, response: { 200: page, '4xx': error } },
  create: { body: schema, response: { 201: city, '4xx': error } },
  update: { body: schema, response: { 200: city, '4xx': error } },
  patch: { body: patch, response: { 200: city, '4xx': error } }
}
