import { remember } from '../remember.ts'

/** A version of the protocol or of a resource. */
export interface Version {
  readonly major: number
  readonly minor: number
}

/** The versions that a request asks for; an absent member means that it does not care. */
export interface AskedVersions {
  readonly kind: 'versions'
  readonly protocol?: Version
  readonly resource?: Version
}

/** An `Accept-API-Version` as it was read; `reason` completes the sentence "`Accept-API-Version` cannot be read: …". */
export type AcceptedVersions = AskedVersions | { readonly kind: 'malformed', readonly reason: string }

/** The protocol versions that are spoken, in ascending order. */
export const protocolVersions: readonly Version[] = Object.freeze([
  Object.freeze({ major: 1, minor: 0 }),
  Object.freeze({ major: 1, minor: 1 }),
  Object.freeze({ major: 2, minor: 0 }),
  Object.freeze({ major: 2, minor: 1 }),
  Object.freeze({ major: 2, minor: 2 })
])

/** The protocol version of a request that asks for none: 2.1. */
export const defaultProtocol: Version = Object.freeze({ major: 2, minor: 1 })

const versionText = /^(\d+)(?:\.(\d+))?$/

const empty = /^[\t ]*$/

const item = /^[\t ]*(protocol|resource)=([\d.]+)[\t ]*$/

const anyVersions: AskedVersions = Object.freeze({ kind: 'versions' })

const maxNumber = 2 ** 31 - 1

/**
 * Reads `N` or `N.N`; an absent minor is 0, leading zeros do not count, and no number exceeds 2³¹ − 1.
 *
 * @returns `undefined` when `text` is anything else
 * @example
 * parseVersion('1') // { major: 1, minor: 0 }
 */
export function parseVersion (text: string): Version | undefined {
  const match = versionText.exec(text)
  if (match === null) return undefined
  const major = Number(match[1])
  const minor = Number(match[2] ?? 0)
  return major > maxNumber || minor > maxNumber ? undefined : { major, minor }
}

/** The version as `major.minor`. */
export function formatVersion (version: Version): string {
  return `${version.major}.${version.minor}`
}

/** Orders versions ascending: negative when `a` comes first, 0 when they are equal. For `Array.prototype.sort`. */
export function compareVersions (a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor
}

/**
 * Reads `Accept-API-Version` (Common REST, API versions): `protocol=N[.N]` and `resource=N[.N]`, each at most once,
 * in either order, separated by a comma. Never throws; what is `malformed` is answered 400.
 *
 * @param field the header value, several lines joined with commas; absent and empty ask for nothing
 * @example
 * parseAcceptApiVersion('protocol=2.1, resource=1')
 * // { kind: 'versions', protocol: { major: 2, minor: 1 }, resource: { major: 1, minor: 0 } }
 */
export function parseAcceptApiVersion (field: string | undefined): AcceptedVersions {
  return field === undefined ? anyVersions : readField(field)
}

const readField = remember((field: string): AcceptedVersions => {
  if (empty.test(field)) return anyVersions
  const asked: { protocol?: Version, resource?: Version } = {}
  for (const part of field.split(',')) {
    const match = item.exec(part)
    if (match === null) return malformed('each item must be protocol=N.N or resource=N.N')
    const [, name, text = ''] = match
    const key = name === 'protocol' ? 'protocol' : 'resource'
    if (asked[key] !== undefined) return malformed(`${key} is given twice`)
    const version = parseVersion(text)
    if (version === undefined) return malformed(`the ${key} version is not of the form N.N`)
    asked[key] = version
  }
  return { kind: 'versions', ...asked }
})

/**
 * The highest offered version that satisfies the asked one: the same major, and a minor at least as high.
 *
 * @returns `undefined` when there is none, which is answered 406
 * @example
 * selectVersion([{ major: 1, minor: 0 }, { major: 1, minor: 5 }], { major: 1, minor: 0 }) // { major: 1, minor: 5 }
 */
export function selectVersion (offered: readonly Version[], asked: Version): Version | undefined {
  let selected: Version | undefined
  for (const version of offered) {
    if (version.major !== asked.major || version.minor < asked.minor) continue
    if (selected === undefined || version.minor > selected.minor) selected = version
  }
  return selected
}

/**
 * The protocol version that is spoken and reported: unlike that of a resource it is exactly the asked one, because
 * each minor changes how requests are read (below 2.1 a POST without `_action` is refused).
 *
 * @param asked `undefined` asks for {@link defaultProtocol}
 * @returns `undefined` when it is not available, which is answered 406
 * @example
 * selectProtocol({ major: 1, minor: 0 }) // { major: 1, minor: 0 }
 */
export function selectProtocol (asked: Version | undefined): Version | undefined {
  if (asked === undefined) return defaultProtocol
  return selectVersion(protocolVersions, asked) === undefined ? undefined : asked
}

/**
 * The value of `Content-API-Version`, without spaces (Common REST, API versions).
 *
 * @param resource the version that was served; absent for a resource without versions
 * @example
 * formatContentApiVersion({ major: 2, minor: 1 }, { major: 1, minor: 0 }) // 'protocol=2.1,resource=1.0'
 */
export function formatContentApiVersion (protocol: Version, resource?: Version): string {
  const served = `protocol=${formatVersion(protocol)}`
  return resource === undefined ? served : `${served},resource=${formatVersion(resource)}`
}

function malformed (reason: string): AcceptedVersions {
  return { kind: 'malformed', reason }
}
