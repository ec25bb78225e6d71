import { createHash } from 'node:crypto'
import type { Ask } from '../decision/ask.ts'
import type { Resource } from '../declare/resource.ts'
import { describeCrest } from '../describe/crest-descriptor.ts'
import { describeOpenApi } from '../describe/openapi-document.ts'
import { ifNoneMatchHolds } from '../http/preconditions.ts'
import type { Outcome } from './outcome.ts'

/** A description of the API as it is sent. */
interface Description {
  readonly text: string
  readonly revision: string
}

/** Made when somebody asks for it, and then kept: a declaration does not change. */
const made = new WeakMap<Resource, Map<string, Description>>()

/**
 * Describe: GET and HEAD with `_api` (OpenAPI) or `_crestapi` (the descriptor of Common REST). It is the same for a collection
 * and its instances, as both have one declaration.
 */
export function describe ({ resource, reserved, prettyPrint, ifNoneMatch, overridden }: Ask): Outcome {
  const { text, revision } = descriptionOf(resource, reserved.has('_api') ? '_api' : '_crestapi', prettyPrint)
  // 304 never answers a POST on the wire, whatever its override says (RFC 9110 section 15.4.5).
  const isKnown = !overridden && !ifNoneMatchHolds(ifNoneMatch, revision)
  return { kind: 'description', text: isKnown ? null : text, revision }
}

function descriptionOf (resource: Resource, format: '_api' | '_crestapi', prettyPrint: boolean): Description {
  const descriptions = made.get(resource) ?? new Map<string, Description>()
  made.set(resource, descriptions)
  const key = `${format} ${prettyPrint}`
  const before = descriptions.get(key)
  if (before !== undefined) return before
  const description = format === '_api' ? describeOpenApi([resource], resource.api) : describeCrest(resource)
  const text = JSON.stringify(description, null, prettyPrint ? 2 : 0)
  const added = { text, revision: createHash('sha256').update(text).digest('base64url') }
  descriptions.set(key, added)
  return added
}
