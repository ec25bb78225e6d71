import { cpus } from 'node:os'
import { pins } from './contender.js'

/** Where something was measured: the machine and its versions. */
export function conditions () {
  const all = cpus()
  return { processor: all[0].model.trim(), cores: all.length, node: process.version, pinned: pins, date: new Date().toISOString().slice(0, 10) }
}

/** The same in words. */
export function describeConditions ({ processor, cores, node, pinned }) {
  return `${cores} × ${processor}, Node ${node}, ${pinned ? 'servers and load on a core each' : 'no core of their own'}`
}
