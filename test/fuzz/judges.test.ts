import t from 'tap'
import { allowedStatuses, faultsOfAnswer } from './judge-answer.ts'
import { makeKnowledge } from './knowledge.ts'
import { answersIn, faultsOfRaw, makeRaw } from './raw.ts'
import { makeRequest } from './requests.ts'
import { learn } from './revisions.ts'
import { targets } from './targets.ts'
import type { Answer } from '../hostile/answer-parser.ts'
import type { FuzzRequest } from './requests.ts'

const [things] = targets
const request: FuzzRequest = {
  n: 7,
  method: 'GET',
  url: '/api/things/a',
  headers: [['Host', 'localhost'], ['X-ForgeRock-TransactionId', 'fuzz-7'], ['Authorization', 'Bearer good']],
  chunked: false,
  minor: 1,
  ...(things === undefined ? {} : { target: things }),
  path: '/api/things/a',
  parameters: [],
  faults: new Map(),
  unsure: new Set()
}

function answer (status: number, headers: Readonly<Record<string, string>>, body: unknown): Answer {
  const all: Record<string, string> = { date: 'Fri, 27 Nov 2026 12:00:00 GMT', 'x-forgerock-transactionid': 'fuzz-7', 'content-type': 'application/json', vary: 'Accept, Accept-API-Version', ...headers }
  return { status, headers: all, fields: Object.entries(all), body: Buffer.from(JSON.stringify(body)), interim: [], closes: false }
}

const found = { 'cache-control': 'private, no-cache', etag: '"1"' }
const document = { _id: 'a', _rev: '1', name: 'bolt' }

t.test('an answer is judged by what its request asked', async (t) => {
  t.strictSame(faultsOfAnswer(request, answer(200, found, document)), [])
  t.strictSame(faultsOfAnswer(request, answer(200, found, { ...document, '\n': 'PIN-1' })), [], 'a member of another name is no secret')
  const overridden: FuzzRequest = { ...request, method: 'POST', unsure: new Set([5]) }
  t.strictSame(faultsOfAnswer(overridden, answer(200, { 'cache-control': 'private, no-store' }, document)), [], 'an override deletes')
  t.match(faultsOfAnswer(overridden, answer(200, { ...found, etag: '"2"' }, document)).join(), /ETag/, 'an override shows another tag')
  const wrong: ReadonlyArray<readonly [name: string, asked: FuzzRequest, got: Answer, fault: RegExp]> = [
    ['another status', request, answer(501, { 'cache-control': 'no-store' }, { code: 501, reason: 'Not Implemented', message: 'no' }), /^wrong status: 501/],
    ['the answer to another', request, answer(200, { ...found, 'x-forgerock-transactionid': 'fuzz-8' }, document), /answer to fuzz-8/],
    ['another document', request, answer(200, found, { ...document, _id: 'b' }), /the document is b/],
    ['no revision', request, answer(200, found, { _id: 'a' }), /_id and _rev/],
    ['a secret', request, answer(200, found, { ...document, pin: 'PIN-1' }), /write-only/],
    ['what is inside', request, answer(400, { 'cache-control': 'no-store' }, { code: 400, reason: 'Bad Request', message: 'SQLITE_ERROR' }), /what is inside/],
    ['no Date', request, { ...answer(200, found, document), headers: { ...found, 'content-type': 'application/json', 'x-forgerock-transactionid': 'fuzz-7' } }, /Date/],
    ['a page that counts wrong', { ...request, path: '/api/things' }, answer(200, found, { result: [document], resultCount: 2, pagedResultsCookie: null, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1 }), /resultCount/],
    ['a document twice', { ...request, path: '/api/things' }, answer(200, found, { result: [document, document], resultCount: 2, pagedResultsCookie: null, totalPagedResultsPolicy: 'NONE', totalPagedResults: -1, remainingPagedResults: -1 }), /once on a page/]
  ]
  for (const [name, asked, got, fault] of wrong) t.ok(faultsOfAnswer(asked, got).some((text) => fault.test(text)), `${name}: ${faultsOfAnswer(asked, got).join()}`)
})

t.test('the hint of a 415 is that of the method that an override names', async (t) => {
  const post: FuzzRequest = { ...request, method: 'POST', headers: [...request.headers, ['X-HTTP-Method-Override', 'PATCH']], unsure: new Set([5, 14]) }
  const refusal = (hints: Readonly<Record<string, string>>): Answer => answer(415, { 'cache-control': 'private, no-store', 'accept-encoding': 'identity', 'content-api-version': 'protocol=2.1', ...hints }, { code: 415, reason: 'Unsupported Media Type', message: 'no' })
  for (const name of ['accept-patch', 'accept', 'accept-post']) t.strictSame(faultsOfAnswer(post, refusal({ [name]: 'application/json, application/json-patch+json' })), [], name)
  for (const hints of [{}, { 'accept-patch': 'text/csv' }] as const) t.match(faultsOfAnswer(post, refusal(hints)), [/accept-post names/])
  t.match(faultsOfAnswer({ ...post, unsure: new Set([14]) }, refusal({ 'accept-patch': 'application/json' })), [/accept-post names/], 'without an override')
})

t.test('the first certain refusal is the only status, if nothing before it is unsure', async (t) => {
  t.strictSame(allowedStatuses({ ...request, faults: new Map([[13, 406], [8, 401]]) }), [401])
  t.strictSame([...allowedStatuses({ ...request, faults: new Map([[13, 406]]), unsure: new Set([10, 16]) })].sort(), [400, 406, 406])
  t.notOk(allowedStatuses(request).includes(500))
})

t.test('a revision is one content', async (t) => {
  const knowledge = makeKnowledge()
  const seen = new Map<string, string>()
  t.strictSame(learn(request, answer(200, found, document), knowledge, seen), [])
  t.strictSame(learn(request, answer(200, found, { name: 'bolt', _rev: '1', _id: 'a' }), knowledge, seen), [], 'in any order')
  t.match(learn(request, answer(200, found, { ...document, name: 'nut' }), knowledge, seen), [/revision 1 of \/api\/things\/a was another content/])
  t.equal(knowledge.revisions.get('/api/things/a'), '1')
})

t.test('requests depend on the seed and their number alone', async (t) => {
  for (let n = 0; n < 200; n++) t.strictSame(makeRequest(3, n, makeKnowledge()), makeRequest(3, n, makeKnowledge()), String(n))
  t.strictSame(makeRaw(3, 5, makeKnowledge()), makeRaw(3, 5, makeKnowledge()))
  t.notSame(makeRequest(3, 1, makeKnowledge()), makeRequest(4, 1, makeKnowledge()))
})

t.test('answers to mutated bytes are judged by themselves', async (t) => {
  const attempt = makeRaw(1, 1, makeKnowledge())
  const error = (status: number, body: string): string => `HTTP/1.1 ${status} X\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const judge = (received: string, byServer = true): string[] => faultsOfRaw(attempt, answersIn(Buffer.from(received), attempt.bytes), byServer)
  t.strictSame(judge(error(400, '{"code":400,"reason":"Bad Request","message":"no"}')), [])
  t.match(judge(error(418, '{"code":418,"reason":"Teapot","message":"no"}')), [/418 is not documented/])
  t.match(judge(error(400, '{}')), [/without the error object/])
  t.match(judge(error(400, '') + error(400, '')), [/after one that closes/])
  t.match(judge(''), [/no answer at all/])
  t.strictSame(judge('', false), [])
  t.throws(() => judge('nonsense'))
})

t.test('who asks whether to go on is told so once, and answered', async (t) => {
  const goOn = 'HTTP/1.1 100 Continue\r\n\r\n'
  const final = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
  const attempt = { ...makeRaw(1, 1, makeKnowledge()), bytes: Buffer.from('PUT / HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n') }
  const judge = (received: string, byServer: boolean, bytes: Buffer = attempt.bytes): string[] => faultsOfRaw({ ...attempt, bytes }, answersIn(Buffer.from(received), bytes), byServer)
  t.strictSame(judge(goOn + final, true), [])
  t.strictSame(judge(final, true), [], 'it need not be told so')
  t.strictSame(judge(goOn, false), [], 'nothing is owed to who goes')
  t.match(judge(goOn, true), [/told to go on, and not answered/, /no answer at all/])
  t.match(judge(final + goOn, true), [/told to go on, and not answered/])
  t.match(judge(goOn + goOn + final, true), [/without having asked/], 'once')
  const silent = Buffer.from('PUT / HTTP/1.1\r\n\r\n')
  t.match(judge(goOn + final, true, silent), [/without having asked/])
  t.match(judge(goOn, false, silent), [/without having asked/])
  t.match(judge(`HTTP/1.1 103 Early Hints\r\n\r\n${final}`, true), [/an interim 103/])
  t.throws(() => judge(goOn.slice(0, -2), false), 'half of it')
})
