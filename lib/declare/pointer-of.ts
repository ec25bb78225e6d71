/**
 * `true` where a JSON pointer, without its leading `/`, names something that values of type `Value` can have: members
 * of objects, elements of arrays by their position, and members of the elements of an array. Names are looked up one by
 * one as the text has them, so that recursive and large types cost nothing. What is optional, null or of one of several
 * types counts; below `unknown` and an object without any member is anything, and a name with an escape (`~1`, `%20`) is not judged.
 */
export type Addresses<Value, Path extends string> =
  Path extends `${infer Name}/${infer Rest}`
    ? Addresses<MemberOf<Value, Name>, Rest>
    : [MemberOf<Value, Path>] extends [never] ? false : true

/** What `Name` is in `Value`; never where there is no such member. */
type MemberOf<Value, Name extends string> =
  unknown extends Value ? unknown
    : Value extends readonly (infer Element)[] ? ElementOf<Element, Name>
      : Value extends object ? PropertyOf<Value, Name>
        : never

type ElementOf<Element, Name extends string> =
  Name extends `-${string}` ? never
    : Name extends `${bigint}` ? Element
      // An array inside an array has no members.
      : Element extends readonly unknown[] ? never : MemberOf<Element, Name>

type PropertyOf<Value, Name extends string> =
  Name extends keyof Value ? Value[Name]
    : [keyof Value] extends [never] ? unknown
        : Name extends `${infer Digits extends number}` ? Digits extends keyof Value ? Value[Digits] : never
          : Name extends `${string}${'~' | '%'}${string}` ? unknown : never

/**
 * As {@link Addresses}, the way patches lead: an array has nothing but its elements, and `End`, as the last name, is one of
 * them too. A name that is a part of a text made at run time, such as `/tags/${number}`, is not judged.
 */
type LeadsTo<Value, Path extends string, End extends string> =
  Path extends `${infer Name}/${infer Rest}`
    ? LeadsTo<PartOf<Value, Name, never>, Rest, End>
    : [PartOf<Value, Path, End>] extends [never] ? false : true

type PartOf<Value, Name extends string, End extends string> =
  unknown extends Value ? unknown
    : Value extends readonly (infer Element)[] ? Name extends `${bigint}` | End ? PositionOf<Element, Name, End> : Computed<Name, Element>
      : Value extends object ? [PropertyOf<Value, Name>] extends [never] ? Computed<Name, unknown> : PropertyOf<Value, Name>
        : never

type PositionOf<Element, Name extends string, End extends string> = Name extends End ? Element : Name extends `-${string}` ? never : Element

// Only a name that is no literal makes an index signature, which an empty object fits.
type Computed<Name extends string, Value> = {} extends { [Key in Name]: 1 } ? Value : never

/** What every document has beside its content. */
interface Metadata { readonly _id: string, readonly _rev: string }

type Sign = '+' | '-'
type WithoutSign<Key extends string> = Key extends `${Sign}${infer Path}` ? Path : Key
type WithoutSlash<Path extends string> = Path extends `/${infer Rest}` ? Rest : Path

// The content of a handle comes inside NoInfer, where the parts of a union are not told apart; only an inference to a
// union looks inside.
type Plain<Content> = [Content] extends [(infer Inner) | Metadata] ? Inner : never

/**
 * The sort keys of documents with this content: `name`, `+name` or `-name`, `/name`, `address/city`, `_id`. Any text
 * where the members of the content are not known. Those that are in the union `Key` are judged one by one; the names of
 * members are there in any case, for editors to offer and for contents that are type parameters.
 *
 * @example
 * type Keys = SortKeyOf<{ name: { last: string } }, '-name/last' | '-name/lost'> // '-name/last' | 'name' | '-name' | …
 */
export type SortKeyOf<Content, Key extends string> =
  | (Key extends unknown ? Addresses<Plain<Content> | Metadata, WithoutSlash<WithoutSign<Key>>> extends true ? Key : never : never)
  | `${'' | Sign}${(keyof Content & string) | keyof Metadata}`

/**
 * The places of contents that a patch operation can name as its `field` or `from`: `name`, `/name`, `address/city`,
 * `/tags/0`, `/list/0/inner`, and with `End` `'-'` the end of an array, `/tags/-`. Any text where the members of the content
 * are not known, and the type `string` itself. Those that are in the union `Path` are judged one by one, as
 * {@link SortKeyOf} does.
 *
 * @example
 * type Places = PlaceOf<{ name: { last: string }, tags: string[] }, '/name/last' | 'tags/-' | 'tags/x', '-'> // '/name/last' | 'tags/-' | 'name' | …
 */
export type PlaceOf<Content, Path extends string, End extends '-' = never> =
  | (Path extends unknown ? LeadsTo<Plain<Content>, WithoutSlash<Path>, End> extends true ? Path : never : never)
  | `${'' | '/'}${keyof Content & string}`
