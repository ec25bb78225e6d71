/**
 * What `work` resolves or rejects with, unless the signal is aborted before: then it rejects with the signal's reason, and what
 * becomes of the work is of no interest.
 */
export async function untilAborted<Result> (work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  signal?.throwIfAborted()
  if (signal === undefined) return work()
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work().finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}
