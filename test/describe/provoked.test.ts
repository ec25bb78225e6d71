import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { headRows, contentRow, stateRows, changeRow, successRow, unexpectedRow } from '../../lib/decision/order.ts'
import { answersOf, describedAnswers } from '../../lib/describe/described-answers.ts'
import { describedOperations, targetsOf } from '../../lib/describe/described-operation.ts'
import { pathTemplate } from '../../lib/describe/openapi-names.ts'
import type { OpenApiDocument } from '../../lib/describe/openapi-types.ts'
import { readDocumentation } from './documented.ts'
import { declared, faultsOf, operationAt } from './documents.ts'
import { provocations, provoke } from './provoke.ts'
import { start, subjects } from './subjects.ts'
import type { Subject } from './subjects.ts'

t.test('the table of answers has the rows of the decision order, and each reason once', async (t) => {
  const rows = new Set([...headRows, contentRow, ...stateRows, changeRow, successRow, unexpectedRow].map(({ number }) => number))
  t.strictSame(describedAnswers.filter(({ row }) => row !== 2 && !rows.has(row)), [])
  const numbers = describedAnswers.filter(({ row }) => row > 0).map(({ row }) => row)
  t.strictSame(numbers, [...numbers].sort((a, b) => a - b), 'in their order')
  // Rows 5 and 6 refuse methods that are no operations.
  t.strictSame([...rows].filter((row) => row > 0 && !numbers.includes(row)), [5, 6])
  t.strictSame([...describedAnswers.map(({ why }) => why)].sort(), Object.keys(provocations).sort())
})

const provoked = new Set<string>()

interface Running {
  readonly subject: Subject
  readonly app: FastifyInstance
  readonly port: number
}

async function run (index: number): Promise<Running> {
  const [subject] = subjects().slice(index)
  if (subject === undefined) throw new Error(`there is no subject ${index}`)
  const app = await start(subject)
  return { subject, app, port: Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port) }
}

for (const [index, { name }] of subjects().entries()) {
  t.test(`every documented answer is given, and as it is documented: ${name}`, async (t) => {
    const first = await run(index)
    t.teardown(() => first.app.close())
    const document = first.app.swagger() as unknown as OpenApiDocument
    const { undocumented } = readDocumentation(document)
    const { path, definition, options } = first.subject
    const resource = declared(path, definition, options)
    let count = 0
    for (const operation of targetsOf(resource).flatMap((target) => describedOperations(resource, target))) {
      const documented: unknown = operationAt(document, pathTemplate(path, operation.target), operation.method)['responses']
      t.strictSame(Object.keys(documented as object).filter((status) => status !== 'default'), [...answersOf(operation).keys()].map(String))
      for (const [status, answers] of answersOf(operation)) {
        for (const answer of answers) {
          // A singleton that was written is never absent again.
          const running = operation.target === 'singleton' ? await run(index) : first
          const { request, response } = await provoke(running.app, running.port, running.subject, operation, answer)
          if (running !== first) await running.app.close()
          const what = `${request.method} ${request.url}: row ${answer.row}, ${answer.why}`
          if (response.status === status) provoked.add(answer.why)
          else t.fail(`${what} ${status}, not ${response.status} ${String(response.body)}`)
          t.strictSame(undocumented(request, response), [], what)
          count++
        }
      }
    }
    t.comment(`${count} answers`)
    t.strictSame(await faultsOf(document), [])
  })
}

t.test('every reason was met', async (t) => {
  t.strictSame(Object.keys(provocations).filter((why) => !provoked.has(why)), [])
})
