import sql, { join, raw } from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import { textProblem } from '../../crest/json-content.ts'
import type { JsonPointer } from '../../crest/json-pointer.ts'
import type { JsonKind, SqlDialect } from '../sql/dialect.ts'
import type { EngineCapabilities } from './postgres-engine.ts'

/** How PostgreSQL looks into `jsonb` (postgresql.org/docs/current/functions-json.html). */
export function postgresDialect ({ collates }: Pick<EngineCapabilities, 'collates'>): SqlDialect {
  // By bytes, whatever the database is set to.
  const byBytes = (text: Sql): Sql => collates ? sql`(${text}) COLLATE "C"` : sql`(${text})`
  return {
    canBind: (text) => textProblem(text) === undefined,
    // A number counts positions of an array, from its end where it is negative.
    canAddress: (pointer) => pointer.every((token) => textProblem(token) === undefined && !/^-?\d+$/.test(token)),
    isKind: (pointer, kinds) => sql`jsonb_typeof(${valueAt(pointer)}) IN (${join(kinds.map((kind) => typeNames[kind]))})`,
    textAt: (pointer) => byBytes(sql`d.content #>> ${pointer}::text[]`),
    // As the decimal that it was written with: the shortest of its double, so in the order of doubles. What is guarded by
    // CASE is not computed elsewhere.
    numberAt: (pointer) => sql`(CASE WHEN jsonb_typeof(${valueAt(pointer)}) = 'number' THEN (d.content #>> ${pointer}::text[])::numeric END)`,
    isExactNumber: (pointer) => sql`jsonb_typeof(${valueAt(pointer)}) = 'number'`,
    isBoolean: (pointer, is) => sql`${valueAt(pointer)} = ${raw(is ? "'true'" : "'false'")}::jsonb`,
    // In the locale C only ASCII has case.
    lowerAscii: (text) => sql`lower(${byBytes(text)})`,
    isAscii: (text) => sql`(${byBytes(text)} !~ '[^ -~]')`,
    contains: (text, part) => sql`strpos(${text}, ${part}::text) > 0`,
    startsWith: (text, start) => sql`left(${text}, length(${start}::text)) = ${start}::text`
  }
}

const typeNames: Readonly<Record<JsonKind, Sql>> = {
  string: raw("'string'"), number: raw("'number'"), boolean: raw("'boolean'"), array: raw("'array'"), null: raw("'null'")
}

function valueAt (pointer: JsonPointer): Sql {
  return sql`(d.content #> ${pointer}::text[])`
}
