/** A table in Markdown; all but the first `texts` columns are numbers. */
export function markdownTable (header, rows, texts = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map((_, index) => index < texts ? '---' : '---:')), ...rows.map(line)].join('\n')
}

/** A number as it is read easily: without digits that mean nothing. */
export function readable (number) {
  if (number === undefined || !Number.isFinite(number)) return ''
  if (Math.abs(number) >= 100) return number.toFixed(0)
  return number.toFixed(Math.abs(number) >= 10 ? 1 : 2)
}
