const maxLength = 255

// visible ASCII, with blanks only inside: it is logged, and sent back in a header field
const usable = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * The id that a client gave its transaction, or undefined where it gave none that is usable: 1 to 255 visible ASCII
 * characters, after trimming, with blanks between them. Never an error. (Common REST, `X-ForgeRock-TransactionId`.)
 *
 * @param field the header value; of several lines that Node keeps apart the first counts
 * @example
 * readTransactionId(' 5d1c/0 ') // '5d1c/0'
 */
export function readTransactionId (field: string | string[] | undefined): string | undefined {
  if (field === undefined) return undefined
  const id = (Array.isArray(field) ? field[0] : field)?.trim()
  return id !== undefined && id.length <= maxLength && usable.test(id) ? id : undefined
}
