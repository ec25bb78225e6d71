import { cachingRules } from './caching-rules.ts'
import { contentRules } from './content-rules.ts'
import { toLinted } from './linted.ts'
import type { LintRequest, LintResponse, Rule } from './linted.ts'
import { statusRules } from './status-rules.ts'
import { syntaxRules } from './syntax-rules.ts'

/** The rules of the linter of HTTP answers that concern a resource; `STATUS_BAD_REQUEST`, which every 400 breaks, is left out. */
export const rules: Readonly<Record<string, Rule>> = { ...statusRules, ...contentRules, ...cachingRules, ...syntaxRules }

/** What the rules find in an answer, each with the name of its rule; nothing where it is as it should be. */
export function lintResponse (request: LintRequest, response: LintResponse): readonly string[] {
  const linted = toLinted(request, response)
  return Object.entries(rules).flatMap(([name, rule]) => {
    const fault = rule(linted)
    return fault === false ? [] : [`${name}: ${fault}`]
  })
}
