#!/usr/bin/env node
import { runCommandLine } from './command-line/run.ts'

const { stdin, stdout, stderr, env } = process
// Whoever reads has had enough; an export that cannot write says so itself.
for (const stream of [stdout, stderr]) stream.on('error', () => {})
const status = await runCommandLine(process.argv.slice(2), { stdin, stdout, stderr, env, signals: process })
// Once all is written: a module of declarations may hold something open that nobody needs any more.
stdout.write('', () => stderr.write('', () => process.exit(status)))
