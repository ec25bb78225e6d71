/** So many cases are tried, or more: `THOROUGH=3` tries three times as many (`npm run test:thorough`). */
export function cases (many: number): number {
  return Math.ceil(many * Number(process.env['THOROUGH'] ?? 1))
}

/** Whether all is tried that `npm test` takes samples of: with `THOROUGH=3`, say. */
export const thorough: boolean = cases(1) > 1
