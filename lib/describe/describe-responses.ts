import { reasonPhrases } from '../status.ts'
import type { StatusCode } from '../status.ts'
import { answersOf, runsHandlers } from './described-answers.ts'
import type { DescribedAnswer } from './described-answers.ts'
import type { DescribedOperation } from './described-operation.ts'
import { answerContent } from './describe-content.ts'
import type { ContentContext } from './describe-content.ts'
import { headersOf } from './describe-headers.ts'
import { errorContent } from './error-schemas.ts'
import { defined } from './openapi-types.ts'
import type { ApiObject } from './openapi-types.ts'

/** The responses of an operation by status code; errors are components, as most operations share them. */
export function responsesOf (operation: DescribedOperation, context: ContentContext): ApiObject {
  const { components } = context
  const isHead = operation.method === 'HEAD'
  const responses = Object.fromEntries([...answersOf(operation)].map(([status, answers]): [string, ApiObject] => {
    const description = describe(answers)
    const headers = headersOf(operation, status, components)
    if (status < 400) return [String(status), defined({ description, headers, content: answerContent(operation, status, context) })]
    const name = `${componentName(status)}${isHead ? 'WithoutContent' : ''}`
    return [String(status), components.share('responses', name, { description, headers, ...(isHead ? {} : { content: errorContent(components) }) })]
  }))
  if (!runsHandlers(operation)) return responses
  const other = { description: 'Any other error that a handler of the application throws.', headers: headersOf(operation, 500, components) }
  return { ...responses, default: components.share('responses', isHead ? 'OtherErrorWithoutContent' : 'OtherError', isHead ? other : { ...other, content: errorContent(components) }) }
}

/** Several reasons are a list. */
function describe (answers: readonly DescribedAnswer[]): string {
  const reasons = [...new Set(answers.map(({ why }) => why))]
  return reasons.length === 1 ? reasons.join() : reasons.map((why) => `- ${why}`).join('\n')
}

function componentName (status: StatusCode): string {
  return (reasonPhrases as Readonly<Record<number, string>>)[status]?.replace(/ /g, '') ?? String(status)
}
