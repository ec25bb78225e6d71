import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { CommandError, describeError, exitStatus, wrongUse } from './command-error.ts'

/** Bytes that are read as they are asked for. */
export interface Input {
  readonly chunks: AsyncIterable<Buffer>
  /** How many bytes there are; undefined where nobody knows. */
  readonly size: number | undefined
  /** How many bytes have been read. */
  readonly bytesRead: () => number
  readonly close: () => void
}

const chunkSize = 256 * 1024

/**
 * Opens the input of an import.
 *
 * @param file its name; `-` is `stdin`
 * @throws CommandError (usage) where there is no such file, or it cannot be opened; `chunks` throw one where it cannot be read any more
 */
export async function openInput (file: string, stdin: Readable): Promise<Input> {
  if (file === '-') return readAll(stdin, 'standard input', undefined)
  const refuse = (error: unknown): never => { throw wrongUse(`${file} cannot be read: ${describeError(error)}`, error) }
  const found = await stat(file).catch(refuse)
  if (found.isDirectory()) throw wrongUse(`${file} is a directory`)
  const opened = await open(file).catch(refuse)
  // Of a pipe with a name, nobody knows.
  return readAll(opened.createReadStream({ highWaterMark: chunkSize }), file, found.isFile() ? found.size : undefined)
}

function readAll (stream: Readable, name: string, size: number | undefined): Input {
  let bytes = 0
  return {
    chunks: (async function * () {
      try {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          bytes += chunk.length
          yield chunk
        }
      } catch (error) {
        throw new CommandError(exitStatus.failed, `${name} cannot be read: ${describeError(error)}`, error)
      }
    })(),
    size,
    bytesRead: () => bytes,
    close: () => { stream.destroy() }
  }
}
