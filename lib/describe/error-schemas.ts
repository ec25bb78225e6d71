import { reasonPhrases, statusCodes } from '../status.ts'
import type { Components } from './openapi-components.ts'
import type { ApiObject } from './openapi-types.ts'

const failures = statusCodes.filter((code) => code >= 400)

const common: ApiObject = {
  code: { type: 'integer', enum: failures, description: 'The status code of the answer.' },
  reason: { type: 'string', description: 'The reason phrase.', examples: [reasonPhrases[400]] },
  message: { type: 'string', description: 'What went wrong, for people.' }
}

const error: ApiObject = {
  type: 'object',
  description: 'The error object of Common REST.',
  properties: { ...common, detail: { description: 'What went wrong, for programs: any JSON value.' } },
  required: ['code', 'reason', 'message']
}

const problem: ApiObject = {
  type: 'object',
  description: 'Problem details (RFC 9457), sent where `Accept` prefers them.',
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string', description: 'The same as `reason`.' },
    status: { type: 'integer', enum: failures, description: 'The same as `code`.' },
    detail: { type: 'string', description: 'The same as `message`.' },
    ...common,
    data: { description: 'The `detail` of the error object: any JSON value.' }
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'reason', 'message']
}

/** The content of every error, in both media types. */
export function errorContent (components: Components): ApiObject {
  return {
    'application/json': { schema: components.share('schemas', 'Error', error) },
    'application/problem+json': { schema: components.share('schemas', 'Problem', problem) }
  }
}
