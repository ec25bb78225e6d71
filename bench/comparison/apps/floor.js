import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { contentOf, idOf } from '../documents.js'
import { cityTable } from './city-table.js'
import { listening } from './listening.js'

const [changedRevision, createdRevision] = [randomUUID(), randomUUID()]

/** The floor: the bytes of every answer are there before the request comes, and nothing is stored or judged. */
export async function start ({ size, count }) {
  const cities = cityTable()
  for (let number = 0; number < count; number++) cities.replace(undefined, { _id: idOf(number), _rev: randomUUID(), ...contentOf(number, size) })
  const answers = new Map()
  for (let number = 0; number < count; number++) {
    const city = cities.get(idOf(number))
    answers.set(`/cities/${city._id}`, answerOf(200, city, { etag: `"${city._rev}"`, 'cache-control': 'no-cache' }))
  }
  answers.set('/cities?pageSize=20', answerOf(200, cities.page({ pageSize: 20 }), { 'cache-control': 'no-cache' }))
  answers.set('/cities?country=DE&pageSize=20', answerOf(200, cities.page({ country: 'DE', pageSize: 20 }), { 'cache-control': 'no-cache' }))
  const changed = answerOf(200, { _id: idOf(0), _rev: changedRevision, ...contentOf(0, size) }, { etag: `"${changedRevision}"`, 'cache-control': 'no-cache' })
  const created = answerOf(201, { _id: randomUUID(), _rev: createdRevision, ...contentOf(0, size) }, { etag: `"${createdRevision}"`, 'cache-control': 'no-cache', location: `/cities/${idOf(0)}` })
  const notFound = errorOf(404, 'Not Found', 'The city was not found')
  const failed = errorOf(412, 'Precondition Failed', 'If-Match is false')
  const unavailable = errorOf(503, 'Service Unavailable', 'Cities are disabled', { 'retry-after': '120' })
  let disabled = false

  const server = createServer((request, response) => {
    if (disabled) return send(response, unavailable)
    if (request.method === 'GET') {
      const answer = answers.get(request.url) ?? notFound
      if (request.headers['if-none-match'] === undefined) return send(response, answer)
      return response.writeHead(304, answer.notModified).end()
    }
    request.resume().once('end', () => {
      send(response, request.method === 'POST' ? created : request.headers['if-match'] === '"stale"' ? failed : changed)
    })
  })
  return { ...listening(server), enable: () => { disabled = false }, disable: () => { disabled = true } }
}

function answerOf (status, value, headers) {
  const body = Buffer.from(JSON.stringify(value))
  return { status, body, notModified: headers, headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, ...headers } }
}

function errorOf (code, reason, message, headers) {
  return answerOf(code, { code, reason, message }, { 'cache-control': 'no-store', ...headers })
}

function send (response, { status, headers, body }) {
  response.writeHead(status, headers).end(body)
}
