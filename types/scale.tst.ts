import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { TArray, TLiteral, TObject, TOptional, TString, TUnion } from 'typebox'
import { expect, test } from 'tstyche'
import { defineResource } from '../lib/index.ts'
import type { Document } from '../lib/index.ts'

/*
 * 60 resources of 20 properties, as a large application has them: types must stay exact and cheap. Every property of every
 * resource is a type of its own, so that nothing is computed once for all.
 */

declare const app: FastifyInstance

type Nested<Name extends string> = TObject<{ a: TLiteral<Name>, b: TOptional<TString> }>

/** A schema whose 20 properties mention the resource's name. */
function table<const Name extends string> (name: Name): TObject<{
  p01: TLiteral<Name>
  p02: TOptional<TLiteral<Name>>
  p03: TArray<TLiteral<Name>>
  p04: TOptional<TArray<TLiteral<Name>>>
  p05: TUnion<[TLiteral<Name>, TString]>
  p06: Nested<Name>
  p07: TArray<Nested<Name>>
  p08: TOptional<Nested<Name>>
  p09: TUnion<[Nested<Name>, TLiteral<Name>]>
  p10: TArray<TArray<TLiteral<Name>>>
  p11: TLiteral<`${Name}11`>
  p12: TOptional<TLiteral<`${Name}12`>>
  p13: TArray<TLiteral<`${Name}13`>>
  p14: TOptional<TArray<TLiteral<`${Name}14`>>>
  p15: TUnion<[TLiteral<`${Name}15`>, TLiteral<`${Name}16`>]>
  p16: Nested<`${Name}16`>
  p17: TArray<Nested<`${Name}17`>>
  p18: TOptional<Nested<`${Name}18`>>
  p19: TObject<{ a: Nested<`${Name}19`> }>
  p20: TString
}> {
  const nested = <const Text extends string> (text: Text): Nested<Text> => Type.Object({ a: Type.Literal(text), b: Type.Optional(Type.String()) })
  return Type.Object({
    p01: Type.Literal(name),
    p02: Type.Optional(Type.Literal(name)),
    p03: Type.Array(Type.Literal(name)),
    p04: Type.Optional(Type.Array(Type.Literal(name))),
    p05: Type.Union([Type.Literal(name), Type.String()]),
    p06: nested(name),
    p07: Type.Array(nested(name)),
    p08: Type.Optional(nested(name)),
    p09: Type.Union([nested(name), Type.Literal(name)]),
    p10: Type.Array(Type.Array(Type.Literal(name))),
    p11: Type.Literal(`${name}11`),
    p12: Type.Optional(Type.Literal(`${name}12`)),
    p13: Type.Array(Type.Literal(`${name}13`)),
    p14: Type.Optional(Type.Array(Type.Literal(`${name}14`))),
    p15: Type.Union([Type.Literal(`${name}15`), Type.Literal(`${name}16`)]),
    p16: nested(`${name}16`),
    p17: Type.Array(nested(`${name}17`)),
    p18: Type.Optional(nested(`${name}18`)),
    p19: Type.Object({ a: nested(`${name}19`) }),
    p20: Type.String()
  })
}

interface Part<Name> {
  a: Name
  b?: string
}

interface Row<Name extends string> {
  p01: Name
  p02?: Name
  p03: Name[]
  p04?: Name[]
  p05: Name | string
  p06: Part<Name>
  p07: Array<Part<Name>>
  p08?: Part<Name>
  p09: Part<Name> | Name
  p10: Name[][]
  p11: `${Name}11`
  p12?: `${Name}12`
  p13: Array<`${Name}13`>
  p14?: Array<`${Name}14`>
  p15: `${Name}15` | `${Name}16`
  p16: Part<`${Name}16`>
  p17: Array<Part<`${Name}17`>>
  p18?: Part<`${Name}18`>
  p19: { a: Part<`${Name}19`> }
  p20: string
}

test('50 resources of 20 properties are read back with their types', async () => {
  expect((await app.resource('/r01', { schema: table('r01') }).read('x')).content).type.toBe<Row<'r01'>>()
  expect((await app.resource('/r02', defineResource({ schema: table('r02') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r02'>>>>()
  expect((await app.resource('/r03', { schema: table('r03') }).read('x')).content).type.toBe<Row<'r03'>>()
  expect((await app.resource('/r04', defineResource({ schema: table('r04') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r04'>>>>()
  expect((await app.resource('/r05', { schema: table('r05') }).read('x')).content).type.toBe<Row<'r05'>>()
  expect((await app.resource('/r06', defineResource({ schema: table('r06') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r06'>>>>()
  expect((await app.resource('/r07', { schema: table('r07') }).read('x')).content).type.toBe<Row<'r07'>>()
  expect((await app.resource('/r08', defineResource({ schema: table('r08') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r08'>>>>()
  expect((await app.resource('/r09', { schema: table('r09') }).read('x')).content).type.toBe<Row<'r09'>>()
  expect((await app.resource('/r10', defineResource({ kind: 'singleton', schema: table('r10') })).read()).content).type.toBe<Row<'r10'>>()
  expect((await app.resource('/r11', { schema: table('r11') }).read('x')).content).type.toBe<Row<'r11'>>()
  expect((await app.resource('/r12', defineResource({ schema: table('r12') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r12'>>>>()
  expect((await app.resource('/r13', { schema: table('r13') }).read('x')).content).type.toBe<Row<'r13'>>()
  expect((await app.resource('/r14', defineResource({ schema: table('r14') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r14'>>>>()
  expect((await app.resource('/r15', { schema: table('r15') }).read('x')).content).type.toBe<Row<'r15'>>()
  expect((await app.resource('/r16', defineResource({ schema: table('r16') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r16'>>>>()
  expect((await app.resource('/r17', { schema: table('r17') }).read('x')).content).type.toBe<Row<'r17'>>()
  expect((await app.resource('/r18', defineResource({ schema: table('r18') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r18'>>>>()
  expect((await app.resource('/r19', { schema: table('r19') }).read('x')).content).type.toBe<Row<'r19'>>()
  expect((await app.resource('/r20', defineResource({ kind: 'singleton', schema: table('r20') })).read()).content).type.toBe<Row<'r20'>>()
  expect((await app.resource('/r21', { schema: table('r21') }).read('x')).content).type.toBe<Row<'r21'>>()
  expect((await app.resource('/r22', defineResource({ schema: table('r22') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r22'>>>>()
  expect((await app.resource('/r23', { schema: table('r23') }).read('x')).content).type.toBe<Row<'r23'>>()
  expect((await app.resource('/r24', defineResource({ schema: table('r24') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r24'>>>>()
  expect((await app.resource('/r25', { schema: table('r25') }).read('x')).content).type.toBe<Row<'r25'>>()
  expect((await app.resource('/r26', defineResource({ schema: table('r26') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r26'>>>>()
  expect((await app.resource('/r27', { schema: table('r27') }).read('x')).content).type.toBe<Row<'r27'>>()
  expect((await app.resource('/r28', defineResource({ schema: table('r28') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r28'>>>>()
  expect((await app.resource('/r29', { schema: table('r29') }).read('x')).content).type.toBe<Row<'r29'>>()
  expect((await app.resource('/r30', defineResource({ kind: 'singleton', schema: table('r30') })).read()).content).type.toBe<Row<'r30'>>()
  expect((await app.resource('/r31', { schema: table('r31') }).read('x')).content).type.toBe<Row<'r31'>>()
  expect((await app.resource('/r32', defineResource({ schema: table('r32') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r32'>>>>()
  expect((await app.resource('/r33', { schema: table('r33') }).read('x')).content).type.toBe<Row<'r33'>>()
  expect((await app.resource('/r34', defineResource({ schema: table('r34') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r34'>>>>()
  expect((await app.resource('/r35', { schema: table('r35') }).read('x')).content).type.toBe<Row<'r35'>>()
  expect((await app.resource('/r36', defineResource({ schema: table('r36') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r36'>>>>()
  expect((await app.resource('/r37', { schema: table('r37') }).read('x')).content).type.toBe<Row<'r37'>>()
  expect((await app.resource('/r38', defineResource({ schema: table('r38') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r38'>>>>()
  expect((await app.resource('/r39', { schema: table('r39') }).read('x')).content).type.toBe<Row<'r39'>>()
  expect((await app.resource('/r40', defineResource({ kind: 'singleton', schema: table('r40') })).read()).content).type.toBe<Row<'r40'>>()
  expect((await app.resource('/r41', { schema: table('r41') }).read('x')).content).type.toBe<Row<'r41'>>()
  expect((await app.resource('/r42', defineResource({ schema: table('r42') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r42'>>>>()
  expect((await app.resource('/r43', { schema: table('r43') }).read('x')).content).type.toBe<Row<'r43'>>()
  expect((await app.resource('/r44', defineResource({ schema: table('r44') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r44'>>>>()
  expect((await app.resource('/r45', { schema: table('r45') }).read('x')).content).type.toBe<Row<'r45'>>()
  expect((await app.resource('/r46', defineResource({ schema: table('r46') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r46'>>>>()
  expect((await app.resource('/r47', { schema: table('r47') }).read('x')).content).type.toBe<Row<'r47'>>()
  expect((await app.resource('/r48', defineResource({ schema: table('r48') })).query({ sortKeys: ['-p01', 'p06/a', '-/p07/0/b', 'p07/a', 'p09/b', 'p10/0/1', 'p19/a/b', '_id'] })).results).type.toBe<ReadonlyArray<Document<Row<'r48'>>>>()
  expect((await app.resource('/r49', { schema: table('r49') }).read('x')).content).type.toBe<Row<'r49'>>()
  expect((await app.resource('/r50', defineResource({ kind: 'singleton', schema: table('r50') })).read()).content).type.toBe<Row<'r50'>>()
})

declare function row<const Name extends string> (name: Name): Row<Name>

test('patches and actions of 10 resources are as exact', () => {
  const r51 = app.resource('/r51', { schema: table('r51'), actions: { first: { content: table('r51c'), result: table('r51x'), handler: ({ content }) => ({ ...row('r51x'), p20: content.p01 }) }, second: { result: table('r51y'), handler: async () => row('r51y') }, third: { handler: ({ id }) => id } } })
  expect(r51.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r51' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r51'>>>>()
  expect(r51.action('first', { content: row('r51c') })).type.toBe<Promise<Row<'r51x'>>>()
  const r52 = app.resource('/r52', defineResource({ schema: table('r52'), actions: { first: { content: table('r52c'), result: table('r52x'), handler: ({ content }) => ({ ...row('r52x'), p20: content.p01 }) }, second: { result: table('r52y'), handler: async () => row('r52y') }, third: { handler: ({ id }) => id } } }))
  expect(r52.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r52' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r52'>>>>()
  expect(r52.action('first', { content: row('r52c') })).type.toBe<Promise<Row<'r52x'>>>()
  const r53 = app.resource('/r53', { schema: table('r53'), actions: { first: { content: table('r53c'), result: table('r53x'), handler: ({ content }) => ({ ...row('r53x'), p20: content.p01 }) }, second: { result: table('r53y'), handler: async () => row('r53y') }, third: { handler: ({ id }) => id } } })
  expect(r53.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r53' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r53'>>>>()
  expect(r53.action('first', { content: row('r53c') })).type.toBe<Promise<Row<'r53x'>>>()
  const r54 = app.resource('/r54', defineResource({ schema: table('r54'), actions: { first: { content: table('r54c'), result: table('r54x'), handler: ({ content }) => ({ ...row('r54x'), p20: content.p01 }) }, second: { result: table('r54y'), handler: async () => row('r54y') }, third: { handler: ({ id }) => id } } }))
  expect(r54.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r54' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r54'>>>>()
  expect(r54.action('first', { content: row('r54c') })).type.toBe<Promise<Row<'r54x'>>>()
  const r55 = app.resource('/r55', { schema: table('r55'), actions: { first: { content: table('r55c'), result: table('r55x'), handler: ({ content }) => ({ ...row('r55x'), p20: content.p01 }) }, second: { result: table('r55y'), handler: async () => row('r55y') }, third: { handler: ({ id }) => id } } })
  expect(r55.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r55' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r55'>>>>()
  expect(r55.action('first', { content: row('r55c') })).type.toBe<Promise<Row<'r55x'>>>()
  const r56 = app.resource('/r56', defineResource({ schema: table('r56'), actions: { first: { content: table('r56c'), result: table('r56x'), handler: ({ content }) => ({ ...row('r56x'), p20: content.p01 }) }, second: { result: table('r56y'), handler: async () => row('r56y') }, third: { handler: ({ id }) => id } } }))
  expect(r56.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r56' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r56'>>>>()
  expect(r56.action('first', { content: row('r56c') })).type.toBe<Promise<Row<'r56x'>>>()
  const r57 = app.resource('/r57', { schema: table('r57'), actions: { first: { content: table('r57c'), result: table('r57x'), handler: ({ content }) => ({ ...row('r57x'), p20: content.p01 }) }, second: { result: table('r57y'), handler: async () => row('r57y') }, third: { handler: ({ id }) => id } } })
  expect(r57.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r57' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r57'>>>>()
  expect(r57.action('first', { content: row('r57c') })).type.toBe<Promise<Row<'r57x'>>>()
  const r58 = app.resource('/r58', defineResource({ schema: table('r58'), actions: { first: { content: table('r58c'), result: table('r58x'), handler: ({ content }) => ({ ...row('r58x'), p20: content.p01 }) }, second: { result: table('r58y'), handler: async () => row('r58y') }, third: { handler: ({ id }) => id } } }))
  expect(r58.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r58' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r58'>>>>()
  expect(r58.action('first', { content: row('r58c') })).type.toBe<Promise<Row<'r58x'>>>()
  const r59 = app.resource('/r59', { schema: table('r59'), actions: { first: { content: table('r59c'), result: table('r59x'), handler: ({ content }) => ({ ...row('r59x'), p20: content.p01 }) }, second: { result: table('r59y'), handler: async () => row('r59y') }, third: { handler: ({ id }) => id } } })
  expect(r59.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r59' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r59'>>>>()
  expect(r59.action('first', { content: row('r59c') })).type.toBe<Promise<Row<'r59x'>>>()
  const r60 = app.resource('/r60', defineResource({ schema: table('r60'), actions: { first: { content: table('r60c'), result: table('r60x'), handler: ({ content }) => ({ ...row('r60x'), p20: content.p01 }) }, second: { result: table('r60y'), handler: async () => row('r60y') }, third: { handler: ({ id }) => id } } }))
  expect(r60.patch('x', [{ operation: 'add', field: '/p03/-', value: 'r60' }, { operation: 'replace', field: 'p07/0/b', value: 'x' }, { operation: 'remove', field: 'p19/a/b' }, { operation: 'copy', from: 'p06/a', field: '/p20' }])).type.toBe<Promise<Document<Row<'r60'>>>>()
  expect(r60.action('first', { content: row('r60c') })).type.toBe<Promise<Row<'r60x'>>>()
})
