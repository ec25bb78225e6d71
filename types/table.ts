import { Type } from 'typebox'
import type { TArray, TLiteral, TObject, TOptional, TString, TUnion } from 'typebox'

type Nested<Name extends string> = TObject<{ a: TLiteral<Name>, b: TOptional<TString> }>

/** A schema whose 20 properties mention the resource's name. */
export function table<const Name extends string> (name: Name): TObject<{
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

/** The content that {@link table} describes. */
export interface Row<Name extends string> {
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
