import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  compareVersions, defaultProtocol, formatContentApiVersion, formatVersion, parseAcceptApiVersion, parseVersion,
  protocolVersions, selectProtocol, selectVersion
} from '../../lib/crest/api-version.ts'
import type { Version } from '../../lib/crest/api-version.ts'

const v = (major: number, minor: number): Version => ({ major, minor })

const versions = fc.record({ major: fc.nat(), minor: fc.nat() }, { noNullPrototype: true })

t.test('a version is a number, or two with a dot between them', async t => {
  const cases: ReadonlyArray<readonly [string, Version]> = [
    ['1', v(1, 0)], ['1.0', v(1, 0)], ['01.00', v(1, 0)], ['0.9', v(0, 9)], ['2.10', v(2, 10)],
    ['2147483647.2147483647', v(2147483647, 2147483647)], ['0000000000000000000001', v(1, 0)]
  ]
  for (const [text, version] of cases) t.strictSame(parseVersion(text), version, text)
  for (const text of ['', '1.', '.5', '.', '-1', '+1', '1.0.0', '1,0', ' 1', '1 ', '1\n', '"1"', 'a', '1e3', '0x1', '٣',
    '2147483648', '1.2147483648', '9'.repeat(400)]) {
    t.equal(parseVersion(text), undefined, text)
  }
})

t.test('a formatted version is read back as it was', async t => {
  t.equal(formatVersion(v(2, 1)), '2.1')
  fc.assert(fc.property(versions, version => {
    assert.deepEqual(parseVersion(formatVersion(version)), version)
  }))
})

t.test('versions are ordered by number, not by text', async t => {
  const sorted = [v(1, 10), v(10, 0), v(1, 9), v(2, 0)].sort(compareVersions).map(formatVersion)
  t.strictSame(sorted, ['1.9', '1.10', '2.0', '10.0'])
  t.equal(compareVersions(v(1, 1), v(1, 1)), 0)
})

t.test('Accept-API-Version names each kind of version at most once', async t => {
  const cases: ReadonlyArray<readonly [string | undefined, { readonly protocol?: Version, readonly resource?: Version }]> = [
    [undefined, {}],
    ['', {}],
    [' \t', {}],
    ['resource=1', { resource: v(1, 0) }],
    ['protocol=2.1', { protocol: v(2, 1) }],
    ['protocol=2.1,resource=1.0', { protocol: v(2, 1), resource: v(1, 0) }],
    ['resource=2.0, protocol=1.0', { protocol: v(1, 0), resource: v(2, 0) }],
    ['resource=1.0 , protocol=2.1', { protocol: v(2, 1), resource: v(1, 0) }],
    ['\tresource=01.00\t,\tprotocol=0.1 ', { protocol: v(0, 1), resource: v(1, 0) }],
    ['protocol=99.0', { protocol: v(99, 0) }]
  ]
  for (const [field, asked] of cases) t.strictSame(parseAcceptApiVersion(field), { kind: 'versions', ...asked }, String(field))
})

t.test('what is not of the grammar is malformed, with a reason', async t => {
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    ['1.0', /must be/],
    ['x', /must be/],
    ['resource', /must be/],
    ['resource=', /must be/],
    ['=1.0', /must be/],
    ['Resource=1.0', /must be/],
    ['PROTOCOL=1.0', /must be/],
    ['version=1.0', /must be/],
    ['resource =1.0', /must be/],
    ['resource= 1.0', /must be/],
    ['resource=-1', /must be/],
    ['resource="1.0"', /must be/],
    ['resource=1.0;protocol=2.1', /must be/],
    ['resource=1.0 protocol=2.1', /must be/],
    ['resource=1.0,', /must be/],
    [',resource=1.0', /must be/],
    [',', /must be/],
    ['resource=1.0,,protocol=2.1', /must be/],
    ['resource=1.0,foo=1', /must be/],
    ['resource=1.0\n', /must be/],
    ['resource=1.0.0', /resource version/],
    ['resource=1.', /resource version/],
    ['protocol=.5', /protocol version/],
    ['resource=2147483648', /resource version/],
    ['protocol=1.99999999999', /protocol version/],
    ['resource=1.0, resource=1.1', /resource is given twice/],
    ['resource=1.0, resource=1.0', /resource is given twice/],
    ['protocol=2.1,resource=1.0,protocol=2.1', /protocol is given twice/]
  ]
  for (const [field, reason] of cases) t.match(parseAcceptApiVersion(field), { kind: 'malformed', reason }, JSON.stringify(field))
})

t.test('reading is total and linear', async t => {
  const units = fc.constantFrom('protocol', 'resource', '=', '1', '.', ',', ' ')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: units })), field => {
    assert.match(parseAcceptApiVersion(field).kind, /^(?:versions|malformed)$/)
  }))
  const start = performance.now()
  for (const field of [`resource=${'1'.repeat(200_000)}x`, `resource=1${' '.repeat(200_000)}x`, `${' '.repeat(200_000)}x`, ','.repeat(200_000)]) {
    t.equal(parseAcceptApiVersion(field).kind, 'malformed')
  }
  t.ok(performance.now() - start < 2000)
})

t.test('the highest version of the same major with at least the asked minor is selected', async t => {
  const offered = [v(1, 0), v(2, 1), v(1, 5), v(2, 0)]
  const cases: ReadonlyArray<readonly [Version, string | undefined]> = [
    [v(1, 0), '1.5'], [v(1, 5), '1.5'], [v(1, 6), undefined], [v(2, 0), '2.1'], [v(2, 1), '2.1'], [v(2, 2), undefined],
    [v(3, 0), undefined], [v(0, 9), undefined]
  ]
  for (const [asked, selected] of cases) {
    const version = selectVersion(offered, asked)
    t.equal(version && formatVersion(version), selected, formatVersion(asked))
  }
  t.equal(selectVersion([], v(1, 0)), undefined)
})

t.test('the selected version does not depend on the order of the offered ones', async t => {
  const small = fc.record({ major: fc.nat(3), minor: fc.nat(3) }, { noNullPrototype: true })
  fc.assert(fc.property(fc.array(small), small, (offered, asked) => {
    assert.deepEqual(selectVersion([...offered].reverse(), asked), selectVersion(offered, asked))
  }))
})

t.test('the protocol that is spoken is exactly the asked one', async t => {
  t.strictSame(protocolVersions.map(formatVersion), ['1.0', '1.1', '2.0', '2.1', '2.2'])
  t.equal(formatVersion(defaultProtocol), '2.1')
  t.equal(selectProtocol(undefined), defaultProtocol)
  for (const version of protocolVersions) t.strictSame(selectProtocol(version), version)
  for (const version of [v(0, 1), v(1, 2), v(2, 3), v(3, 0), v(99, 0)]) t.equal(selectProtocol(version), undefined, formatVersion(version))
})

t.test('Content-API-Version has no spaces', async t => {
  t.equal(formatContentApiVersion(v(2, 1), v(1, 0)), 'protocol=2.1,resource=1.0')
  t.equal(formatContentApiVersion(v(2, 0)), 'protocol=2.0')
})
