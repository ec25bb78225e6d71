import type { ApiObject, ComponentKind, ComponentMap, Reference } from './openapi-types.ts'

/** The components of a document as they come together. */
export interface Components {
  /**
   * A reference to a component; what was added before under the same wanted name and key is the same component, another
   * one gets a number behind its name.
   *
   * @param make makes the component where it is new; it may refer to itself
   */
  readonly add: (kind: ComponentKind, name: string, key: string, make: () => ApiObject) => Reference
  /** The same, for a component whose key is its content. */
  readonly share: (kind: ComponentKind, name: string, component: ApiObject) => Reference
  /** What a reference to a component of the document refers to; undefined where there is none. */
  readonly find: (reference: string) => ApiObject | undefined
}

/** Components by kind and name that are still added to. */
export type GrowingComponents = Partial<Record<ComponentKind, Record<string, ApiObject>>>

/** @param all what the components are added to; names that are there are taken */
export function createComponents (all: GrowingComponents): Components {
  const names = new Map<string, string>()
  // Most of what is shared is the same object in all operations.
  const shared = new WeakMap<ApiObject, Reference>()

  const add: Components['add'] = (kind, wanted, key, make) => {
    const identity = `${kind}\n${wanted}\n${key}`
    const known = names.get(identity)
    if (known !== undefined) return referenceTo(kind, known)
    const ofKind = all[kind] ??= {}
    const name = freeName(toComponentName(wanted), (text) => Object.hasOwn(ofKind, text))
    names.set(identity, name)
    // The name is taken before the component is there, which may need it.
    ofKind[name] = {}
    ofKind[name] = make()
    return referenceTo(kind, name)
  }

  return {
    add,
    share: (kind, name, component) => {
      const reference = shared.get(component) ?? add(kind, name, JSON.stringify(component), () => component)
      shared.set(component, reference)
      return reference
    },
    find: (reference) => {
      const [kind, name] = reference.slice(prefix.length).split('/')
      return reference.startsWith(prefix) && name !== undefined ? (all as ComponentMap)[kind as ComponentKind]?.[name] : undefined
    }
  }
}

const prefix = '#/components/'

function referenceTo (kind: ComponentKind, name: string): Reference {
  return { $ref: `${prefix}${kind}/${name}` }
}

/** Only these characters may be in the name of a component (OpenAPI 3.1, Components Object). */
function toComponentName (text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '_') || 'Component'
}

/** `name`, or with the first number behind it that makes it free. */
export function freeName (name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  let number = 2
  while (isTaken(`${name}${number}`)) number++
  return `${name}${number}`
}
