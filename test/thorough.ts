/** So many cases are tried, or more: `THOROUGH=3` tries three times as many (`npm run test:thorough`). */
export function cases (many: number): number {
  return Math.ceil(many * Number(process.env['THOROUGH'] ?? 1))
}
