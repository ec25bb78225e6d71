#!/usr/bin/env node
import { runCommandLine } from './command-line/run.ts'

const { stdin, stdout, stderr, env } = process
// Whoever reads has had enough; an export that cannot write says so itself.
for (const stream of [stdout, stderr]) stream.on('error', () => {})
process.exitCode = await runCommandLine(process.argv.slice(2), { stdin, stdout, stderr, env, signals: process })
