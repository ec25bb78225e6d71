import type { JsonObject } from '../json.ts'
import type { ActionDefinition } from './action-of.ts'
import type { ContentOf, ContentSchema } from './content-of.ts'
import type { Provider } from './provider.ts'

/**
 * One API version of a resource in the record form of `versions`. Stored documents have the shape of the latest version;
 * `upgrade` and `downgrade` map contents between neighbours. Each stands with the version whose content it takes: the
 * oldest has `upgrade`, the latest `downgrade`, those between them both. (Both with the older, or both with the newer of two
 * neighbours is understood too, if it is done throughout; what they take is then to be annotated.) What is left out changes
 * nothing. Where `schema` is a TypeBox type, it says what the version's own `upgrade` and `downgrade` take.
 */
export interface VersionDefinition<Schema = ContentSchema, Content = NoInfer<ContentOf<Schema, JsonObject>>> {
  /** The content as clients of this version know it. Default any object. */
  readonly schema?: Schema
  /** Makes a content of this version one of the next. Pure and synchronous; gets a copy of its own. */
  upgrade? (content: Content): object
  /** Makes a content of this version one of the version before. Pure and synchronous; gets a copy of its own, for answers without write-only members. */
  downgrade? (content: Content): object
  /** Since when, or from when on, the version is deprecated: sent as `Deprecation` (RFC 9745). */
  readonly deprecated?: Date
  /** When the version will stop working: sent as `Sunset` (RFC 8594). */
  readonly sunset?: Date
  /**
   * Actions of this version, beside and before those of the resource. Declare them by `action` to have their handlers typed;
   * a handle that knows the names of the resource's actions does not know these, as a {@link ResourceHandle} it takes any.
   */
  readonly actions?: Readonly<Record<string, ActionDefinition>>
  /** Handlers of this version instead of the resource's; contents reach them as clients of the version know them. */
  readonly provider?: Provider
}
