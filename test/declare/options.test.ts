import t from 'tap'
import { checkOptions } from '../../lib/declare/options.ts'
import { memoryStore } from '../../lib/stores/memory.ts'

t.test('no option is needed, and all good ones are taken as they are', async t => {
  for (const options of [{}, {
    store: memoryStore(),
    revision: 'required',
    authenticate: () => null,
    challenge: 'Bearer realm="api"',
    authorize: () => true,
    bodyLimit: 1024,
    pageSize: { default: 10, max: 100 },
    methodOverride: false,
    title: 'Widgets',
    version: '2.0.0',
    prefix: '/api',
    logLevel: 'warn',
    logSerializers: { req: () => ({}) },
    notFound: false,
    cookieSecret: ['new', 'old'],
    prefer: false,
    multipart: false,
    limits: {}
  }]) t.equal(checkOptions(options), options)
  t.doesNotThrow(() => checkOptions({ cookieSecret: 'one', prefix: '', pageSize: {}, revision: undefined }))
})

const memoryMethods = { collection () {}, collections () {}, secret () {}, attach () {}, detach () {} }

t.test('a store may share state', async t => {
  class Shared {
    read (): Map<string, string> { return new Map() }
    write (): void {}
  }
  for (const shared of [undefined, new Shared(), { read () {}, write () {}, more: 1 }]) {
    t.doesNotThrow(() => checkOptions({ store: { ...memoryMethods, shared } }))
  }
})

t.test('unknown and ill-typed options are refused by name', async t => {
  const rows: ReadonlyArray<readonly [unknown, string]> = [
    [{ stores: 1 }, /^stores is not known; known are store, revision, .*, cookieSecret$/.source],
    [null, '^ must be an object$'],
    [{ revision: 'always' }, "^revision must be 'required' or 'optional'$"],
    [{ authenticate: true }, '^authenticate must be a function$'],
    [{ authorize: 'x' }, '^authorize must be a function$'],
    [{ challenge: 'a\nb' }, '^challenge must be a text of visible ASCII$'],
    [{ bodyLimit: 0 }, '^bodyLimit must be an integer above 0$'],
    [{ pageSize: 10 }, '^pageSize must be an object$'],
    [{ pageSize: { max: 0 } }, '^pageSize.max must be an integer above 0$'],
    [{ pageSize: { min: 1 } }, '^pageSize.min is not known; known are default, max$'],
    [{ methodOverride: 'no' }, '^methodOverride must be true or false$'],
    [{ title: '' }, '^title must be a text$'],
    [{ version: 1 }, '^version must be a text$'],
    [{ prefix: '/api/' }, "^prefix must be '' or a path such as '/api'$"],
    [{ logLevel: 3 }, '^logLevel must be a text$'],
    [{ notFound: null }, '^notFound must be true or false$'],
    [{ cookieSecret: '' }, '^cookieSecret must be a text or a list of texts$'],
    [{ cookieSecret: [] }, '^cookieSecret must be a text or a list of texts, and not empty$'],
    [{ cookieSecret: ['a', ''] }, '^cookieSecret\\[1\\] must be a text$'],
    [{ prefer: 'return=minimal' }, '^prefer must be true or false$'],
    [{ multipart: {} }, '^multipart must be true or false$'],
    [{ limits: { depth: 1 } }, '^limits.depth is not known; known are '],
    [{ store: 'memory' }, '^store must be an object$'],
    [{ store: { collection () {} } }, '^store.collections must be a function$'],
    [{ store: { ...memoryMethods, shared: true } }, '^store.shared must be an object$'],
    [{ store: { ...memoryMethods, shared: null } }, '^store.shared must be an object$'],
    [{ store: { ...memoryMethods, shared: { read () {} } } }, '^store.shared.write must be a function$'],
    [{ store: { ...memoryMethods, shared: { write () {} } } }, '^store.shared.read must be a function$']
  ]
  for (const [options, message] of rows) {
    t.throws(() => checkOptions(options), { code: 'CREST_ERR_INVALID_OPTION', statusCode: 500, message: new RegExp(message) }, message)
  }
})
