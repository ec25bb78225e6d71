import { LRUCache } from 'lru-cache'
import type { QueryFilter } from '../../crest/query-filter.ts'
import type { PageTemplate } from './postgres-page-text.ts'

/** What a connection knows of pages by prepared statements. */
export interface PageKnowledge {
  /** The statements, by what their text depends on. */
  readonly templates: LRUCache<string, PageTemplate>
  /** Until when collections, by path, are taken to have documents with several values in an index. */
  readonly several: LRUCache<string, number>
  /** Until when many documents are taken to have the value that a filter names. */
  readonly many: WeakMap<QueryFilter, number>
}

/** Knows nothing yet. */
export function createPageKnowledge (): PageKnowledge {
  return { templates: new LRUCache({ max: 500 }), several: new LRUCache({ max: 10_000 }), many: new WeakMap() }
}
