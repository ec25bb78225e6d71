// Fails when fewer lines or branches of lib/ are covered than the project promises; tap wrote the figures before.
import { readFileSync } from 'node:fs'

const promised = 98
const { total } = JSON.parse(readFileSync(new URL('../.tap/report/coverage-summary.json', import.meta.url), 'utf8'))
const missed = ['lines', 'branches'].filter((kind) => total[kind].pct < promised)

console.log(`Coverage: ${total.lines.pct} % of lines, ${total.branches.pct} % of branches (promised: ${promised} %)`)
process.exitCode = missed.length === 0 ? 0 : 1
