import createError from '@fastify/error'
import type { FastifyErrorConstructor } from '@fastify/error'

/** A definition or option is unknown or ill-typed: names the option's path, what is wrong and what was expected. */
export const CREST_ERR_INVALID_OPTION: FastifyErrorConstructor<{ code: 'CREST_ERR_INVALID_OPTION', statusCode: 500 }, [string, string]> =
  createError('CREST_ERR_INVALID_OPTION', '%s %s', 500, TypeError)

/** A path is declared twice in one app. */
export const CREST_ERR_DUPLICATE_PATH: FastifyErrorConstructor<{ code: 'CREST_ERR_DUPLICATE_PATH', statusCode: 500 }, [string]> =
  createError('CREST_ERR_DUPLICATE_PATH', 'The resource %s is declared already', 500)

/** `app.resource` was called after the app was ready. */
export const CREST_ERR_ALREADY_READY: FastifyErrorConstructor<{ code: 'CREST_ERR_ALREADY_READY', statusCode: 500 }, [string]> =
  createError('CREST_ERR_ALREADY_READY', 'The resource %s cannot be declared: the app is ready already', 500)

/** `fastify-common-rest` was registered twice in one scope. */
export const CREST_ERR_ALREADY_REGISTERED: FastifyErrorConstructor<{ code: 'CREST_ERR_ALREADY_REGISTERED', statusCode: 500 }> =
  createError('CREST_ERR_ALREADY_REGISTERED', 'fastify-common-rest is registered in this scope already', 500)
