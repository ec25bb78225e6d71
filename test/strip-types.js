// What `type-strip-only` of .taprc asks of Node, for the versions of Node that cannot: types become blanks, so that every line and column stays where it was.
import { register } from 'node:module'

if (process.features.typescript === undefined || process.features.typescript === false) register('./strip-types-hooks.js', import.meta.url)
