import { elementsOf, httpDate, token } from './linted.ts'
import type { Linted, Rule } from './linted.ts'

const quoted = '"(?:[^"\\\\]|\\\\.)*"'
const parameter = `${token} *= *(?:${token}|${quoted})`
const challenge = new RegExp(`^${token}(?: +(?:[A-Za-z0-9._~+/-]+=*|${parameter}))?$|^${parameter}$`)
const mediaType = (name: string): RegExp => new RegExp(`^${name}(?: *; *${parameter})*$`)
const tokens = (value: string): boolean => elementsOf(value).every((element) => new RegExp(`^${token}$`).test(element))

/** What a field must look like; `Vary` and `Allow` may be empty lists, a challenge may not. */
const syntax: Readonly<Record<string, (value: string) => boolean>> = {
  etag: (value) => /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(value),
  allow: tokens,
  vary: (value) => tokens(value) && value.trim() !== '',
  'retry-after': (value) => /^\d+$/.test(value) || httpDate.test(value),
  'www-authenticate': (value) => elementsOf(value).length > 0 && elementsOf(value).every((element) => challenge.test(element)) && !/^[^ ,"]+=/.test(value)
}

const single = ['etag', 'location', 'retry-after', 'content-type', 'content-length', 'date', 'deprecation', 'sunset', 'content-api-version']

/** The media types that a link names. */
const typesOf = (link: string): readonly string[] =>
  [...link.matchAll(/; *type *= *(?:"([^"]*)"|([^;]*))/gi)].map(([, quoted, token = '']) => quoted ?? token.trim())

const links = ({ lines }: Linted): readonly string[] => elementsOf(lines('link').join(','))

/** Rules about the syntax of single fields, and fields that should not be there. */
export const syntaxRules: Readonly<Record<string, Rule>> = {
  BAD_SYNTAX: ({ lines }) => {
    for (const [name, isRight] of Object.entries(syntax)) {
      const wrong = lines(name).find((value) => !isRight(value))
      if (wrong !== undefined) return `${name}: ${wrong}`
    }
    return false
  },
  ACCEPT_PATCH_BAD_SYNTAX: ({ list }) => list('accept-patch').some((type) => !mediaType('[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+').test(type)) && 'Accept-Patch lists media types',
  ACCEPT_POST_BAD_SYNTAX: ({ list }) => list('accept-post').some((type) => !mediaType('[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+').test(type)) && 'Accept-Post lists media ranges',
  SINGLE_HEADER_REPEAT: ({ lines }) => {
    const repeated = single.find((name) => lines(name).length > 1)
    return repeated !== undefined && `${repeated} is given more than once`
  },
  BAD_DATE_SYNTAX: ({ lines }) => ['date', 'last-modified', 'expires'].some((name) => lines(name).some((value) => !httpDate.test(value))) && 'dates are HTTP-dates',
  DEPRECATION_BAD_TYPE: ({ lines }) => lines('deprecation').some((value) => !/^@-?\d+$/.test(value)) && 'Deprecation is a Date of structured fields (RFC 9745)',
  SUNSET_BAD_SYNTAX: ({ lines }) => lines('sunset').some((value) => !httpDate.test(value)) && 'Sunset is an HTTP-date (RFC 8594)',
  LINK_BAD_TYPE: (linted) => links(linted).some((link) => !/^<[^>]*>(?: *; *[^;]+)*$/.test(link) || !typesOf(link).every((type) => /^[^/\s]+\/[^/\s]+$/.test(type))) && 'Link is as RFC 8288 has it',
  LINK_REV: (linted) => links(linted).some((link) => /; *rev *=/i.test(link)) && 'rev is out of use',
  FIELD_DEPRECATED: ({ lines, request }) => {
    const old = ['pragma', 'p3p', 'content-md5', 'x-xss-protection'].find((name) => lines(name).length > 0)
    if (old !== undefined) return `${old} is out of use`
    // The one Warning that Common REST has is for requests that ask for no resource version.
    return lines('warning').length > 0 && /resource/.test(request.headers['accept-api-version'] ?? '') && 'Warning is out of use'
  },
  UNNECESSARY_HEADER: ({ lines }) => ['x-powered-by', 'server', 'x-aspnet-version'].some((name) => lines(name).length > 0) && 'what serves is nobody\'s concern'
}
