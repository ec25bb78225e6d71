import { statusCodes } from '../../lib/status.ts'
import type { Linted, Rule } from './linted.ts'

const isSafe = ({ request: { method } }: Linted): boolean => ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method)
const isRedirect = (status: number): boolean => status >= 300 && status < 400 && status !== 304
const conditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range']

/** Rules about the status code and the header fields that belong to it. */
export const statusRules: Readonly<Record<string, Rule>> = {
  STATUS_NONSTANDARD: ({ status }) => !statusCodes.includes(status as never) && `${status} is not documented`,
  STATUS_DEPRECATED: ({ status }) => [305, 306].includes(status) && `${status} is out of use`,
  CREATED_WITHOUT_LOCATION: ({ status, lines }) => status === 201 && lines('location').length === 0 && '201 names what was created',
  CREATED_SAFE_METHOD: (linted) => linted.status === 201 && isSafe(linted) && `${linted.request.method} creates nothing`,
  LOCATION_NOT_ABSOLUTE: ({ lines }) => lines('location').some((value) => !/^https?:\/\/[^/]+\//.test(value)) && 'Location is an absolute URI',
  LOCATION_UNDEFINED: ({ status, lines }) => status !== 201 && !isRedirect(status) && lines('location').length > 0 && `${status} has no Location`,
  STATUS_405_METHOD_IN_ALLOW: ({ status, request, list }) => status === 405 && list('allow').includes(request.method.toLowerCase()) && 'the refused method is not allowed',
  STATUS_412_WITHOUT_PRECONDITION: ({ status, request }) => status === 412 && !conditions.some((name) => request.headers[name] !== undefined) && 'there was no condition',
  // Accept-API-Version is one of the names that begin so (suppressed there on the page).
  STATUS_406_WITHOUT_NEGOTIATION: ({ status, request }) => status === 406 && !Object.keys(request.headers).some((name) => name.startsWith('accept')) && 'nothing was negotiated',
  NO_DATE_304: ({ status, lines }) => status === 304 && lines('date').length === 0 && '304 has a Date',
  HEADER_SHOULD_NOT_BE_IN_304: ({ status, lines }) =>
    status === 304 && ['content-type', 'content-encoding', 'content-language', 'content-length', 'content-range'].some((name) => lines(name).length > 0) && '304 says nothing of content'
}
