import type { Document } from '../declare/provider.ts'
import { PreconditionFailed } from '../errors.ts'
import type { AnyContent } from './document.ts'
import type { Edit, EditOptions } from './options.ts'
import { untilAborted } from './until-aborted.ts'
import { wait } from './wait.ts'

/** What `edit` does to one document. */
export interface EditedDocument {
  readonly read: () => Promise<Document<AnyContent>>
  /** Replaces the content of this revision. */
  readonly update: (content: AnyContent, revision: string) => Promise<Document<AnyContent>>
}

/**
 * Reads a document, has its next content made, and updates the revision that was read; all of it again while others are
 * faster.
 *
 * @throws the last 412 when all attempts have lost their race; what a read, an update or `edit` throws; TypeError for other `attempts`
 */
export async function editDocument ({ read, update }: EditedDocument, edit: Edit<AnyContent>, { attempts = 10, signal }: EditOptions): Promise<Document<AnyContent>> {
  if (!Number.isSafeInteger(attempts) || attempts < 1) throw new TypeError('attempts must be an integer from 1')
  for (let attempt = 1; ; attempt++) {
    const document = await read()
    const next = await untilAborted(async () => nextContent(document, edit), signal)
    if (next === undefined) return document
    try {
      return await update(next, document.revision)
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || attempt >= attempts) throw error
    }
    await wait(backOff(attempt), signal)
  }
}

/** Undefined where there is nothing to write. */
async function nextContent (document: Document<AnyContent>, edit: Edit<AnyContent>): Promise<AnyContent | undefined> {
  const before = JSON.stringify(document.content)
  const made = await edit(document.content, document)
  if (made !== undefined) return made
  return JSON.stringify(document.content) === before ? undefined : document.content
}

/** Milliseconds, at random, so that those who have lost the same race do not meet again; on average longer each time. */
function backOff (attempt: number): number {
  return Math.random() * Math.min(1000, 10 * 2 ** attempt)
}
