import type { Sql } from 'sql-template-tag'
import type { JsonPointer } from '../../crest/json-pointer.ts'

/** The kinds of JSON values that SQL has to tell apart. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'array' | 'null'

/**
 * What databases that keep JSON documents do in different ways. Each member is a condition or an expression over the
 * content of the document row `d`; paths are bound as parameters, never written into the statement.
 */
export interface SqlDialect {
  /** Whether the database takes this text as a value; a comparison with what it does not take is judged outside of SQL. */
  canBind (text: string): boolean
  /** Whether members along this pointer can be addressed; if not, documents are judged outside of SQL. */
  canAddress (pointer: JsonPointer): boolean
  /** The condition that the value at `pointer` is of one of these kinds; false or null where there is none. */
  isKind (pointer: JsonPointer, kinds: readonly JsonKind[]): Sql
  /** The text of the string at `pointer`. */
  textAt (pointer: JsonPointer): Sql
  /** The number at `pointer`, as precisely as the database reads it. */
  numberAt (pointer: JsonPointer): Sql
  /** The condition that the number at `pointer` is an integer that a double holds exactly, and the database too. */
  isExactNumber (pointer: JsonPointer): Sql
  /** The condition that the value at `pointer` is this boolean. */
  isBoolean (pointer: JsonPointer, value: boolean): Sql
  /** A text in lower case as far as it is ASCII. */
  lowerAscii (text: Sql): Sql
  /** The condition that a text is of printable ASCII characters alone. */
  isAscii (text: Sql): Sql
  /** The condition that one text contains another. */
  contains (text: Sql, part: string): Sql
  /** The condition that one text begins with another. */
  startsWith (text: Sql, start: string): Sql
}
