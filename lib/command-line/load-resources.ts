import { readFile, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyDefinition } from '../declare/definition.ts'
import type { CommonRestOptions } from '../declare/options.ts'
import { isJsonObject } from '../json.ts'
import { describeError, wrongUse } from './command-error.ts'
import { findJsonFault } from './json-fault.ts'

/** What a file declares, as far as its shape was checked: definitions are judged when they are mounted. */
export interface Declarations {
  /** The file that says it. */
  readonly file: string
  /** Options of the plugin. */
  readonly options: Pick<CommonRestOptions, 'title' | 'version' | 'authenticate' | 'authorize'>
  /** The definitions by path. */
  readonly resources: Readonly<Record<string, AnyDefinition>>
}

const modules: readonly string[] = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']
const known: readonly string[] = ['title', 'version', 'resources', 'authenticate', 'authorize']

/**
 * Reads declarations from a JSON file, or from the default export of a JavaScript module.
 *
 * @throws CommandError (usage) where there is no such file, or it is not what it should be
 */
export async function loadResources (file: string): Promise<Declarations> {
  const isFile = await stat(file).then((found) => found.isFile(), () => false)
  if (!isFile) throw wrongUse(`there is no file ${file}`)
  const extension = extname(file)
  if (extension !== '.json' && !modules.includes(extension)) throw wrongUse(`${file}: must be a .json file or a JavaScript module`)
  const declared = extension === '.json' ? await readJson(file) : await importModule(file)
  if (!isJsonObject(declared)) throw wrongUse(`${file}: must be an object with a member resources`)
  const { resources, ...options } = declared
  for (const name of Object.keys(declared)) {
    if (!known.includes(name)) throw wrongUse(`${file}: ${name} is not known; known are ${known.join(', ')}`)
  }
  if (!isJsonObject(resources)) throw wrongUse(`${file}: resources must be an object of definitions by path`)
  if (Object.keys(resources).length === 0) throw wrongUse(`${file}: resources declares none`)
  for (const [path, definition] of Object.entries(resources)) {
    if (!isJsonObject(definition)) throw wrongUse(`${file}: ${path} must be an object`)
  }
  return { file, options, resources: resources as Readonly<Record<string, AnyDefinition>> }
}

async function readJson (file: string): Promise<unknown> {
  const text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '')
  try {
    return JSON.parse(text)
  } catch (error) {
    const { line, column } = findJsonFault(text)
    throw wrongUse(`${file}:${line}:${column}: this is no JSON`, error)
  }
}

async function importModule (file: string): Promise<unknown> {
  try {
    const { default: declared } = await import(pathToFileURL(resolve(file)).href) as { readonly default?: unknown }
    return declared
  } catch (error) {
    throw wrongUse(`${file}: ${describeError(error)}`, error)
  }
}
