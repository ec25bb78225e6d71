/** What a command ends with, beside 128 and the number of the signal that has interrupted an import. */
export const exitStatus: Readonly<Record<'done' | 'refused' | 'usage' | 'failed', number>> = Object.freeze({
  /** All was done. */
  done: 0,
  /** Documents were refused. */
  refused: 1,
  /** The command, a file or a declaration is wrong; nothing was done. */
  usage: 2,
  /** The store or the server failed; what was done before stays. */
  failed: 3
})

/** Ends a command: the message is for its user, in one line. */
export class CommandError extends Error {
  readonly status: number

  /** @param status one of `exitStatus` */
  constructor (status: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CommandError'
    this.status = status
  }
}

/** The command, a file or a declaration is wrong. */
export function wrongUse (message: string, cause?: unknown): CommandError {
  return new CommandError(exitStatus.usage, message, cause)
}

/** The store or the server failed. */
export function failure (error: unknown): CommandError {
  return error instanceof CommandError ? error : new CommandError(exitStatus.failed, describeError(error), error)
}

/**
 * An error in one line, with what is behind it: of an unexpected failure, clients are told nothing, but this is the user's
 * own machine.
 */
export function describeError (error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error))
  const { message, cause, name, code } = error as NodeJS.ErrnoException
  const said = oneLine(message === '' ? name : message)
  // What has a code of this library says all that there is to say.
  const isComplete = isOfLibrary(code) || !(cause instanceof Error) || cause.message === message
  if (!isComplete && isOfLibrary((cause as NodeJS.ErrnoException).code)) return describeError(cause)
  return isComplete ? said : `${said}: ${describeError(cause)}`
}

function isOfLibrary (code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('CREST_ERR_')
}

/** Whether it says what is wrong with a store itself, as documents that break a constraint: the same again would fail again. */
export function isStoreRefusal (error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, cause } = error as NodeJS.ErrnoException
  return (isOfLibrary(code) && code?.startsWith('CREST_ERR_STORE_') === true) || isStoreRefusal(cause)
}

/** A text without line breaks, and without the blanks around them. */
export function oneLine (text: string): string {
  return text.split(/[\r\n]/).map((line) => line.trim()).filter((line) => line !== '').join(' ')
}
