import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A regular expression of the library. */
export interface SourceExpression {
  /** The file within lib/, and the line. */
  readonly place: string
  readonly source: string
  readonly flags: string
}

const lib = new URL('../../lib/', import.meta.url)

/** Every literal of a regular expression in lib/, and the places of those that are made at run time. */
export function sourceExpressions (): { readonly literals: readonly SourceExpression[], readonly made: readonly string[] } {
  const literals: SourceExpression[] = []
  const made: string[] = []
  for (const name of readdirSync(lib, { recursive: true }).map(String).filter((file) => file.endsWith('.ts'))) {
    const file = ts.createSourceFile(name, readFileSync(new URL(name, lib), 'utf8'), ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      const place = (): string => `${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`
      if (ts.isRegularExpressionLiteral(node)) {
        const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? []
        literals.push({ place: place(), source, flags })
      } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && node.expression.text === 'RegExp') {
        made.push(place().replace(/:\d+$/, ''))
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return { literals, made }
}
