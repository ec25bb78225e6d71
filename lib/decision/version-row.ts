import { defaultProtocol, formatVersion, parseAcceptApiVersion, protocolVersions, selectProtocol, selectVersion } from '../crest/api-version.ts'
import type { Version } from '../crest/api-version.ts'
import type { Resource } from '../declare/resource.ts'
import { BadRequest, NotAcceptable } from '../errors.ts'
import { find, refuse } from './answer.ts'
import type { Refusal, Verdict } from './answer.ts'
import type { Ask } from './ask.ts'

/** Row 10. The version selects the contract that everything below is judged by (decision order 3.7); a description tells of all (ruling R14). */
export function versionIsAvailable ({ headers, resource, operation }: Ask): Verdict {
  if (operation === 'describe') return undefined
  // Nothing to select and nothing asked for: what the facts begin with holds.
  if (headers.acceptApiVersion === undefined && resource.versions.length === 0) return undefined
  const asked = parseAcceptApiVersion(headers.acceptApiVersion)
  if (asked.kind === 'malformed') return refuse(() => new BadRequest(`Accept-API-Version is malformed: ${asked.reason}`))
  const protocol = asked.protocol === undefined ? defaultProtocol : selectProtocol(asked.protocol)
  if (protocol === undefined) return unavailable('protocol', asked.protocol, protocolVersions)
  if (resource.versions.length === 0) return find({ protocol, version: undefined, contract: resource.latest })
  const version = asked.resource === undefined ? byDefault(resource) : selectVersion(resource.versions, asked.resource)
  const contract = resource.contracts.find((offered) => offered.version === version)
  return version === undefined || contract === undefined
    ? unavailable('resource', asked.resource, resource.versions)
    : find({ protocol, version, contract })
}

/** Versions are in ascending order. */
function byDefault ({ versions, defaultVersion }: Resource): Version | undefined {
  return defaultVersion === 'none' ? undefined : versions.at(defaultVersion === 'latest' ? -1 : 0)
}

function unavailable (axis: 'protocol' | 'resource', asked: Version | undefined, offered: readonly Version[]): Refusal {
  const message = asked === undefined ? `The request must name a ${axis} version` : `The ${axis} version ${formatVersion(asked)} is not available`
  return refuse(() => new NotAcceptable(message, {
    detail: {
      ...(asked === undefined ? {} : { requestedVersion: formatVersion(asked) }),
      availableVersions: offered.map(formatVersion)
    }
  }))
}
