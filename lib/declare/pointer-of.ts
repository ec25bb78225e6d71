/**
 * `true` where a JSON pointer, without its leading `/`, names something that values of type `Value` can have: members
 * of objects, elements of arrays by their position, and members of the elements of an array. Names are looked up one by
 * one as the text has them, so that recursive and large types cost nothing. What is optional, null or of one of several
 * types counts; below `unknown` is anything, and a name with an escape (`~1`, `%20`) is not judged.
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
    : Name extends `${infer Digits extends number}` ? Digits extends keyof Value ? Value[Digits] : never
      : Name extends `${string}${'~' | '%'}${string}` ? unknown : never

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
