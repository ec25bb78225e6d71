import createError from '@fastify/error'
import type { FastifyErrorConstructor } from '@fastify/error'

/** A document that `memoryStore` is seeded with is refused: its path, its id, and what is wrong. */
export const CREST_ERR_STORE_SEED: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_SEED', statusCode: 500 }, [string, string, string]> =
  createError('CREST_ERR_STORE_SEED', 'The seed %s of %s %s', 500)

/** Documents that are already stored break a unique constraint that was declared later: path, two ids, pointers. */
export const CREST_ERR_STORE_UNIQUE: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_UNIQUE', statusCode: 500 }, [string, string, string, string]> =
  createError('CREST_ERR_STORE_UNIQUE', 'The documents of %s break a unique constraint: %s and %s have the same values at %s', 500)

/** The database was written by a newer release: its schema version, and the newest one that this release knows. */
export const CREST_ERR_STORE_VERSION: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_VERSION', statusCode: 500 }, [number, number]> =
  createError('CREST_ERR_STORE_VERSION', 'The database has the schema version %s, but only versions up to %s are known: update fastify-common-rest', 500)

/** `disable` or `enable` with `shared` on a resource whose store shares nothing, or that has a provider: its path. */
export const CREST_ERR_STORE_NOT_SHARED: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_NOT_SHARED', statusCode: 500 }, [string]> =
  createError('CREST_ERR_STORE_NOT_SHARED', 'The resource %s cannot be disabled or enabled in every process: it has no store that shares state', 500)

/** There is no driver for the database: the named package is not installed, and for SQLite this Node has no `node:sqlite`. */
export const CREST_ERR_STORE_DRIVER: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_DRIVER', statusCode: 500 }, [string]> =
  createError('CREST_ERR_STORE_DRIVER', 'There is no driver for the database: run npm install %s, or hand in a handle', 500)

/** What was handed in to `postgresStore` is neither a connection string nor a handle that it can use. */
export const CREST_ERR_STORE_HANDLE: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_HANDLE', statusCode: 500 }, [string]> =
  createError('CREST_ERR_STORE_HANDLE', 'postgresStore needs a connection string, a pool like pg.Pool, or a database like PGlite: %s', 500)

/** The database gives transactions another isolation than the store needs: which. */
export const CREST_ERR_STORE_ISOLATION: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_ISOLATION', statusCode: 500 }, [string]> =
  createError('CREST_ERR_STORE_ISOLATION', 'The store needs connections whose default_transaction_isolation is read committed, not %s', 500)

/** An option of a store is unknown or ill-typed: its name, and what is wrong. */
export const CREST_ERR_STORE_OPTION: FastifyErrorConstructor<{ code: 'CREST_ERR_STORE_OPTION', statusCode: 500 }, [string, string]> =
  createError('CREST_ERR_STORE_OPTION', 'The option %s of the store %s', 500)
