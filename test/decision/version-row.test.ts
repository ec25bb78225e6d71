import t from 'tap'
import { parseVersion } from '../../lib/crest/api-version.ts'
import type { Version } from '../../lib/crest/api-version.ts'
import { versionIsAvailable } from '../../lib/decision/version-row.ts'
import { ask, brief, errorOf } from './ask.ts'

const v = (text: string): Version => parseVersion(text) ?? t.bailout(text) as never
const versions = ['2.0', '1.0', '2.1', '1.5'].map(v)

t.test('row 10 answers 400 to an Accept-API-Version that cannot be read', async t => {
  for (const acceptApiVersion of ['x', 'resource=', 'resource=1.0.0', 'Resource=1.0', 'resource=1.0,resource=1.0', 'protocol=2.1;resource=1.0', ',', 'resource =1']) {
    const verdict = versionIsAvailable(ask({ resource: { versions }, headers: { acceptApiVersion } }))
    t.match(errorOf(verdict), { status: 400, message: /^Accept-API-Version is malformed: / }, acceptApiVersion)
  }
})

t.test('row 10 speaks the protocol version that is asked for, 2.1 where none is', async t => {
  const rows: ReadonlyArray<readonly [string | undefined, Version | 406]> = [
    [undefined, v('2.1')], ['', v('2.1')], ['protocol=2.1', v('2.1')], ['protocol=2.0', v('2.0')], ['protocol=2', v('2.0')],
    ['protocol=2.2', v('2.2')], ['protocol=1.0', v('1.0')], ['protocol=1.1', v('1.1')], ['protocol=1.2', 406], ['protocol=2.3', 406], ['protocol=3.0', 406], ['protocol=0.9', 406]
  ]
  for (const [acceptApiVersion, expected] of rows) {
    const facts = ask({ headers: { acceptApiVersion } })
    const verdict = versionIsAvailable(facts)
    // Where nothing is asked and nothing is to be selected, the facts stay as they begin.
    const found = acceptApiVersion === undefined ? 'pass' : { protocol: expected, version: undefined, contract: facts.resource.latest }
    t.strictSame(brief(verdict), expected === 406 ? 406 : found, String(acceptApiVersion))
  }
})

t.test('row 10 tells which protocol versions are available', async t => {
  t.match(errorOf(versionIsAvailable(ask({ headers: { acceptApiVersion: 'protocol=3' } }))), {
    status: 406,
    message: 'The protocol version 3.0 is not available',
    detail: { requestedVersion: '3.0', availableVersions: ['1.0', '1.1', '2.0', '2.1', '2.2'] }
  })
})

t.test('row 10 accepts any resource version of an unversioned resource', async t => {
  const facts = ask({ headers: { acceptApiVersion: 'resource=99.9' } })
  t.strictSame(brief(versionIsAvailable(facts)), { protocol: v('2.1'), version: undefined, contract: facts.resource.latest })
})

t.test('row 10 chooses the resource version as the worked table says', async t => {
  const rows: ReadonlyArray<readonly [string | undefined, string | 406, string | 406, string | 406]> = [
    // asked, by default the latest, the oldest, none
    [undefined, '2.1', '1.0', 406],
    ['protocol=2.1', '2.1', '1.0', 406],
    ['resource=1', '1.5', '1.5', '1.5'],
    ['resource=1.0', '1.5', '1.5', '1.5'],
    ['resource=1.5', '1.5', '1.5', '1.5'],
    ['resource=1.6', 406, 406, 406],
    ['resource=2.0', '2.1', '2.1', '2.1'],
    ['resource=2.1', '2.1', '2.1', '2.1'],
    ['resource=2.2', 406, 406, 406],
    ['resource=3.0', 406, 406, 406],
    ['resource=0.9', 406, 406, 406],
    ['protocol=1.0,resource=1.0', '1.5', '1.5', '1.5']
  ]
  for (const [acceptApiVersion, ...expected] of rows) {
    for (const [index, defaultVersion] of (['latest', 'oldest', 'none'] as const).entries()) {
      const verdict = versionIsAvailable(ask({ resource: { versions, defaultVersion }, headers: { acceptApiVersion } }))
      const { version: found, contract } = verdict?.kind === 'found' ? verdict.findings : {}
      t.strictSame(contract?.version, found, 'with the contract of the version')
      const text = expected[index]
      t.strictSame(found ?? brief(verdict), typeof text === 'string' ? v(text) : text, `${acceptApiVersion}, by default ${defaultVersion}`)
    }
  }
})

t.test('row 10 tells which resource versions are available', async t => {
  t.match(errorOf(versionIsAvailable(ask({ resource: { versions }, headers: { acceptApiVersion: 'resource=3' } }))), {
    message: 'The resource version 3.0 is not available',
    detail: { requestedVersion: '3.0', availableVersions: ['1.0', '1.5', '2.0', '2.1'] }
  })
  const unasked = errorOf(versionIsAvailable(ask({ resource: { versions, defaultVersion: 'none' } })))
  t.equal(unasked?.message, 'The request must name a resource version')
  t.strictSame(unasked?.detail, { availableVersions: ['1.0', '1.5', '2.0', '2.1'] })
})

t.test('row 10 is no question of a description, which tells of all versions (ruling R14)', async t => {
  for (const acceptApiVersion of ['nonsense', 'protocol=9.0', 'resource=7.0', '']) {
    t.equal(versionIsAvailable(ask({ search: '_crestapi', headers: { acceptApiVersion }, resource: { versions: [{ major: 1, minor: 0 }], defaultVersion: 'none' } })), undefined, acceptApiVersion)
  }
})

t.test('row 10 judges the protocol before the resource version', async t => {
  const verdict = versionIsAvailable(ask({ resource: { versions }, headers: { acceptApiVersion: 'resource=9,protocol=9' } }))
  t.match(errorOf(verdict), { message: /^The protocol version/ })
})
