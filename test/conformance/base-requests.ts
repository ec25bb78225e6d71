import { factorNames, levelsOf, withLevel } from './factors.ts'
import type { Factors } from './factors.ts'
import { pick } from './prng.ts'

const plain: Factors = {
  target: 'collection',
  method: 'GET',
  state: 'existing',
  service: 'enabled',
  auth: 'open',
  version: 'absent',
  query: 'none',
  action: 'none',
  ifMatch: 'absent',
  ifNoneMatch: 'absent',
  operations: 'all',
  accept: 'absent',
  contentType: 'missing',
  contentEncoding: 'none',
  revision: 'optional',
  content: 'none'
}
const json = { ...plain, contentType: 'JSON', content: 'valid' } as const
const instance = { target: 'instance' } as const
const singleton = { target: 'singleton' } as const

/** The fifteen fault-free requests of layer B (http/pairwise.md section 4). */
export const baseRequests: Readonly<Record<string, Factors>> = {
  query: { ...plain, query: 'valid filter' },
  create: { ...json, method: 'POST' },
  'collection action': { ...json, method: 'POST', action: 'echo', operations: 'all and actions' },
  read: { ...plain, ...instance },
  head: { ...plain, ...instance, method: 'HEAD' },
  update: { ...json, ...instance, method: 'PUT' },
  'create by PUT': { ...json, ...instance, method: 'PUT', state: 'absent', ifNoneMatch: 'star' },
  'guarded update': { ...json, ...instance, method: 'PUT', ifMatch: 'current', revision: 'required' },
  patch: { ...json, ...instance, method: 'PATCH' },
  delete: { ...plain, ...instance, method: 'DELETE' },
  'instance action': { ...json, ...instance, method: 'POST', action: 'echo', operations: 'all and actions' },
  'read of a singleton': { ...plain, ...singleton },
  'update of a singleton': { ...json, ...singleton, method: 'PUT' },
  'patch of a singleton': { ...json, ...singleton, method: 'PATCH' },
  options: { ...plain, ...instance, method: 'OPTIONS' }
}

const bases = Object.values(baseRequests)

/** A random request: a base, of which each level is kept with the probability `bias`. */
export function mutate (random: () => number, bias: number): Factors {
  let factors = pick(bases, random)
  for (const factor of factorNames) {
    if (random() >= bias) factors = withLevel(factors, factor, pick(levelsOf(factor), random))
  }
  return factors
}
