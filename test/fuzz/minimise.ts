import { connect } from '../hostile/connection.ts'
import { randomOf } from './draft.ts'
import { faultsOfAnswer, wrongStatus } from './judge-answer.ts'
import { serialize } from './serialize.ts'
import type { FuzzRequest } from './requests.ts'

/** The request without what the fault does not need: header fields, parameters, content; as far as it shows the fault when it is sent alone. */
export async function minimise (port: number, request: FuzzRequest, fault: string): Promise<FuzzRequest> {
  const shows = async (candidate: FuzzRequest): Promise<boolean> => {
    const connection = await connect(port)
    try {
      const [answer] = await connection.exchange([serialize(candidate, randomOf(0, 0))], [candidate.method])
      return answer !== undefined && faultsOfAnswer(candidate, answer).includes(fault)
    } catch {
      return false
    } finally {
      connection.close()
    }
  }
  // What is expected depends on all that the request was made of.
  if (fault.startsWith(wrongStatus) || !await shows(request)) return request
  let smallest = request
  for (let smaller = true; smaller;) {
    smaller = false
    for (const candidate of candidatesOf(smallest)) {
      if (!await shows(candidate)) continue
      smallest = candidate
      smaller = true
      break
    }
  }
  return smallest
}

function * candidatesOf (request: FuzzRequest): Generator<FuzzRequest> {
  for (const [index, [name]] of request.headers.entries()) {
    if (name !== 'Host' && name !== 'Authorization') yield { ...request, headers: request.headers.toSpliced(index, 1) }
  }
  const [path = '', query] = request.url.split('?')
  const pairs = query?.split('&') ?? []
  for (const index of pairs.keys()) yield { ...request, url: [path, pairs.toSpliced(index, 1).join('&')].filter((part) => part !== '').join('?'), parameters: request.parameters.length === pairs.length ? request.parameters.toSpliced(index, 1) : request.parameters }
  if (request.chunked) yield { ...request, chunked: false }
  if (request.body !== undefined && request.body.length > 0) {
    const { body, ...rest } = request
    yield rest
    for (const half of [body.subarray(0, body.length >> 1), body.subarray(body.length >> 1)]) if (half.length < body.length) yield { ...request, body: half }
  }
}
