import sql, { join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { arrayIndex } from '../../crest/json-pointer.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import type { JsonKind, SqlDialect } from '../sql/dialect.ts'

/** How SQLite (3.38 or newer) looks into JSON text (sqlite.org/json1.html). */
export const sqliteDialect: SqlDialect = {
  canBind: () => true,
  // A quoted label ends at the next quote, whatever stands before it, and is compared with the raw text of the member.
  canAddress: (pointer) => pointer.every((token) => addressable.test(token) && arrayIndex(token) === undefined),
  isKind: (pointer, kinds) => sql`json_type(d.content, ${path(pointer)}) IN (${join(kinds.flatMap((kind) => typeNames[kind]))})`,
  textAt: value,
  numberAt: value,
  // Beyond 2^53 the shortest decimal of a double is not its exact value; reals are not always rounded to the nearest.
  isExactNumber: (pointer) => sql`json_type(d.content, ${path(pointer)}) = 'integer' AND ${value(pointer)} BETWEEN -9007199254740992 AND 9007199254740992`,
  isBoolean: (pointer, is) => sql`json_type(d.content, ${path(pointer)}) = ${String(is)}`,
  lowerAscii: (text) => sql`lower(${text})`,
  isAscii: (text) => sql`(${text} NOT GLOB '*[^ -~]*')`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  startsWith: (text, start) => sql`substr(${text}, 1, length(${start})) = ${start}`
}

const addressable = /^[^"\\\p{Cc}]+$/u

const typeNames: Readonly<Record<JsonKind, readonly Sql[]>> = {
  string: [raw("'text'")],
  number: [raw("'integer'"), raw("'real'")],
  boolean: [raw("'true'"), raw("'false'")],
  array: [raw("'array'")],
  null: [raw("'null'")]
}

function value (pointer: JsonPointer): Sql {
  return sql`json_extract(d.content, ${path(pointer)})`
}

function path (pointer: JsonPointer): string {
  return `$${pointer.map((token) => `."${token}"`).join('')}`
}
