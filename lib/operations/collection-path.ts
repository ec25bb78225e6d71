/** The path of a collection with its parameters filled in, percent-encoded: what stores and `Location` know it by. */
export function collectionPath (path: string, params: Readonly<Record<string, string>>): string {
  if (!path.includes(':')) return path
  return path.split('/').map((text) => text.startsWith(':') ? encodeURIComponent(params[text.slice(1)] ?? '') : text).join('/')
}

/** Whether `name` is one of the collections of the resource declared at `path`. */
export function isCollectionOf (path: string, name: string): boolean {
  const template = path.split('/')
  const segments = name.split('/')
  return segments.length === template.length && template.every((text, index) => text.startsWith(':') || text === segments[index])
}
