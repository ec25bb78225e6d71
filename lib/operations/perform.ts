import type { Ask, Operation } from '../decision/ask.ts'
import { callAction } from './action.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import type { Outcome } from './outcome.ts'
import { patch } from './patch.ts'
import { query } from './query.ts'
import { read } from './read.ts'
import { update, upsert } from './update.ts'

const operations: Readonly<Record<Operation, (ask: Ask) => Promise<Outcome>>> = {
  query, read, create, update, upsert, patch, delete: remove, action: callAction
}

/** Rows 17 to 22: performs what rows 3 to 16 let pass. The same for HTTP and in process. */
export async function perform (ask: Ask): Promise<Outcome> {
  return operations[ask.operation](ask)
}
