import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify'
import { CREST_ERR_INVALID_OPTION } from '../configuration-errors.ts'
import { parseJsonContent } from '../crest/json-content.ts'
import { partsByName, resolveReferences } from '../crest/part-references.ts'
import type { Part } from '../crest/part-references.ts'
import { BadRequest } from '../errors.ts'
import { parseMediaType } from '../http/content-type.ts'
import type { JsonValue } from '../json.ts'
import { defaultLimits } from '../limits.ts'
import type { ResourceLimits } from '../limits.ts'

/** How often the largest content fits into what its references put in: a third more than once for base64, and some reuse. */
const growth = 2

const packageName = '@fastify/multipart'

/** Where the package comes from; rejects where it is not installed. */
type LoadPackage = () => Promise<{ readonly default: FastifyPluginCallback }>

const installed: LoadPackage = () => import('@fastify/multipart')

/**
 * Makes a scope ready for {@link readMultipart}: what an application has registered above is used, otherwise
 * `@fastify/multipart` is registered in this scope. Either way its content type parser is gone, so that multipart
 * content is read as bytes like any other, within the same limit, by the scope's parser for `*`.
 *
 * @throws CREST_ERR_INVALID_OPTION where the package is not installed
 */
export async function acceptMultipart (scope: FastifyInstance, load: LoadPackage = installed): Promise<void> {
  // A second registration would throw, as its decorators are there already.
  if (!scope.hasPlugin(packageName)) await scope.register((await loaded(load)).default)
  scope.removeContentTypeParser('multipart/form-data')
}

async function loaded (load: LoadPackage): ReturnType<LoadPackage> {
  try {
    return await load()
  } catch (cause) {
    throw Object.assign(new CREST_ERR_INVALID_OPTION('multipart', `needs the package ${packageName}: npm install ${packageName}`), { cause })
  }
}

/**
 * The JSON value of `multipart/form-data` content whose bytes are the body of the request: that of the first part of
 * type `application/json`, with what it refers to in other parts put in. (RFC 7578; Common REST, multipart/form-data.)
 *
 * @param bodyLimit the largest content, in bytes; what references put in is bounded by twice that, in characters
 * @throws BadRequest for content that is larger, malformed or cut short (also where only the last delimiter is missing),
 * has more parts than `limits.parts` or no JSON part, and for what `parseJsonContent` and `resolveReferences` refuse
 */
export async function readMultipart (request: FastifyRequest, bodyLimit: number, limits: ResourceLimits = defaultLimits): Promise<JsonValue> {
  const { body: bytes } = request
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw new BadRequest('The request has no content')
  if (bytes.length > bodyLimit) throw new BadRequest('The content is too large')
  const boundary = readBoundary(request)
  if (exceedsParts(bytes, boundary, limits.parts)) throw new BadRequest(`The multipart content has more than ${limits.parts} parts`)
  const parts = await readParts(request, bytes, boundary)
  const json = parts.find(({ mimetype }) => mimetype === 'application/json')
  if (json === undefined) throw new BadRequest('The multipart content has no part of type application/json')
  return resolveReferences(parseJsonContent(json.bytes, limits), partsByName(parts), growth * bodyLimit)
}

// Wider than RFC 2046 section 5.1.1, as clients are, but free of what ends or escapes a quoted string.
const usableBoundary = /^[ !#-[\]-~]{1,200}$/

function readBoundary ({ raw }: FastifyRequest): string {
  const boundary = parseMediaType(raw.headers['content-type'] ?? '')?.parameters.get('boundary')
  if (boundary === undefined || !usableBoundary.test(boundary)) throw new BadRequest('The Content-Type has no usable boundary')
  return boundary
}

/**
 * Counted before anything is read: the package makes a stream of every part beyond its own limit too, which takes
 * seconds for a megabyte of delimiters.
 */
function exceedsParts (bytes: Buffer, boundary: string, most: number): boolean {
  const delimiter = `\r\n--${boundary}`
  // The first delimiter may stand at the very beginning, and the last one opens no part (RFC 2046 section 5.1.1).
  let parts = bytes.indexOf(delimiter.slice(2)) === 0 ? 0 : -1
  for (let at = bytes.indexOf(delimiter); at !== -1 && parts <= most; at = bytes.indexOf(delimiter, at + delimiter.length)) parts++
  return parts > most
}

async function readParts (request: FastifyRequest, bytes: Buffer, boundary: string): Promise<readonly Part[]> {
  const parts: Part[] = []
  // More than there is of anything: size and number are judged already.
  const unlimited = bytes.length + 1
  try {
    // Every option is given, as those that the application has registered the package with hold for the others.
    const reading = inMemory(request, bytes, boundary).parts({
      // A field would be decoded, and parsed where it is JSON, with less strictness than all other content.
      isPartAFile: () => true,
      preservePath: false,
      defCharset: 'utf8',
      // A part that has no name and fills its buffer would never end (busboy 3.2).
      fileHwm: unlimited,
      limits: { parts: unlimited, files: unlimited, fields: unlimited, fileSize: unlimited, fieldSize: unlimited, headerPairs: unlimited, headerSize: unlimited }
    })
    for await (const part of reading) {
      if (part.type === 'file') parts.push({ name: part.fieldname, bytes: await part.toBuffer(), filename: part.filename, mimetype: part.mimetype })
    }
  } catch (cause) {
    // 406 and 413 are among its codes (undocumented codes, section 3).
    throw new BadRequest('The multipart content is malformed', { cause })
  }
  return parts
}

/**
 * The request as the package is to see it: multipart, and a stream of the bytes that were read. On the socket it would
 * read without a limit, leave the rest of what it refuses unread, and, registered with `attachFieldsToBody`, have taken
 * everything before row 16.
 */
function inMemory (request: FastifyRequest, bytes: Buffer, boundary: string): FastifyRequest {
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
  const raw = Object.assign(Readable.from([bytes]), { headers })
  return Object.create(request, { raw: { value: raw }, isMultipart: { value: () => true } })
}
