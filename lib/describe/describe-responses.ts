import { reasonPhrases } from '../status.ts'
import type { StatusCode } from '../status.ts'
import { answersOf, runsHandlers } from './described-answers.ts'
import type { DescribedAnswer } from './described-answers.ts'
import type { DescribedOperation } from './described-operation.ts'
import { answerContent } from './describe-content.ts'
import type { ContentContext } from './describe-content.ts'
import { headersOf } from './describe-headers.ts'
import { errorContent } from './error-schemas.ts'
import type { Components } from './openapi-components.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject } from './openapi-types.ts'

/** The responses of an operation by status code; errors are components, as most operations share them. */
export function responsesOf (operation: DescribedOperation, context: ContentContext): ApiObject {
  const { components } = context
  const responses = Object.fromEntries([...answersOf(operation)].map(([status, answers]): [string, ApiObject] => {
    const description = describe(answers)
    if (status >= 400) return [String(status), errorResponse(operation, status, componentName(status), description, components)]
    return [String(status), defined({ description, headers: headersOf(operation, status, components), content: answerContent(operation, status, context) })]
  }))
  if (!runsHandlers(operation)) return responses
  return { ...responses, default: errorResponse(operation, 500, 'OtherError', 'Any other error that a handler of the application throws.', components) }
}

function errorResponse (operation: DescribedOperation, status: StatusCode, name: string, description: string, components: Components): ApiObject {
  const headers = headersOf(operation, status, components)
  const isHead = operation.method === 'HEAD'
  return components.add('responses', isHead ? `${name}WithoutContent` : name, `${Object.keys(headers).join()}\n${description}`, () =>
    ({ description, headers, ...(isHead ? {} : { content: errorContent(components) }) }))
}

/** Several reasons are a list. */
function describe (answers: readonly DescribedAnswer[]): string {
  const reasons = [...new Set(answers.map(({ why }) => why))]
  return reasons.length === 1 ? reasons.join() : reasons.map((why) => `- ${why}`).join('\n')
}

function componentName (status: StatusCode): string {
  return (reasonPhrases as Readonly<Record<number, string>>)[status]?.replace(/ /g, '') ?? String(status)
}
