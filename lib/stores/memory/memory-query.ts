import type { QueryFilter } from '../../crest/query-filter.ts'
import { contentJson } from '../../json.ts'
import type { Awaitable } from '../../json.ts'
import { liveDocument } from './memory-entry.ts'
import { comparedDocument } from './memory-document.ts'
import type { MemoryIndexes } from './memory-indexes.ts'
import { knowledgeOf } from './memory-knowledge.ts'
import type { Way } from './memory-walk.ts'
import { openWay } from './memory-way.ts'
import { judgeOf } from '../query/judge.ts'
import type { Judge } from '../query/judge.ts'
import { collectPage, startOfPage } from '../query/page-collector.ts'
import type { PageCollector } from '../query/page-collector.ts'
import { planQuery } from '../query/query-plan.ts'
import type { QueryPlan } from '../query/query-plan.ts'
import type { StoreQuery, StoreQueryResult, StoredDocument } from '../store.ts'
import { createTimeSlices } from '../query/time-slices.ts'
import type { TimeSlices } from '../query/time-slices.ts'

/** Work that yields where others may have their turn. */
type Work<Result> = Generator<void, Result, void>

/** A way to documents, and which of them match. */
interface Pass {
  readonly way: Way
  readonly judge: Judge
  readonly now: number
  readonly slices: TimeSlices
}

/**
 * The documents that a query asks for, as they are at the time of the call. What takes no longer than a slice of time is
 * answered at once.
 *
 * @param expiring whether any of the documents may have expired
 */
export function queryMemory (indexes: MemoryIndexes, request: StoreQuery, expiring: boolean): Awaitable<StoreQueryResult> {
  const { filter, sortKeys, accepts, count = false } = request
  const plan = planQuery(filter, sortKeys, knowledgeOf(indexes))
  // A step that judges a document may take long, if the filter is long.
  const slices = plan.rest === undefined && accepts === undefined ? createTimeSlices() : createTimeSlices(1)
  const now = Date.now()
  const open = (plan: QueryPlan, way: Way): Pass => ({ way, judge: judgeOf(plan.rest && filter, accepts, comparedDocument) ?? everything, now, slices })

  // All that may be needed is opened before others have their turn, so that it is of one moment.
  const start = startOfPage(plan, request.after)
  const page = open(plan, openWay(indexes, plan, start))
  const counting = count && (expiring || accepts !== undefined || !isTrue(filter))
    ? planQuery(filter, accepts === undefined ? 'count' : 'any', knowledgeOf(indexes))
    : undefined
  const whole = counting && open(counting, openWay(indexes, counting, undefined))
  const work = answer(request, collectPage(plan, request, comparedDocument), page, start === undefined, whole, indexes.documents.ordered.size)

  const step = work.next()
  return step.done === true ? step.value : finish(indexes, work, slices)
}

async function finish<Result> (indexes: MemoryIndexes, work: Work<Result>, slices: TimeSlices): Promise<Result> {
  indexes.hold()
  try {
    for (;;) {
      await slices.next()
      const step = work.next()
      if (step.done === true) return step.value
    }
  } finally {
    indexes.release()
  }
}

/**
 * @param page the way to the page
 * @param fromTheFirst whether that way begins with the first document that matches
 * @param whole the way to all that matches, where that is not simply all
 */
function * answer (request: StoreQuery, collector: PageCollector, page: Pass, fromTheFirst: boolean, whole: Pass | undefined, all: number): Work<StoreQueryResult> {
  const { limit, count = false } = request
  let matched = 0
  const ended = limit !== 0 && (yield * pass(page, (document) => {
    matched++
    return collector.add(document)
  }))
  const documents = collector.documents()
  if (!count) return { documents, total: undefined }
  if (whole === undefined) return { documents, total: all }
  // A page that is not full tells how many there are.
  if (ended && fromTheFirst) return { documents, total: matched }
  let total = 0
  yield * pass(whole, () => {
    total++
    return true
  })
  return { documents, total }
}

const everything: Judge = () => true

/**
 * Goes to the documents that match until one of them is not taken; whether it came to the end. One function for all passes: V8
 * makes a shape for the generators of each generator function, which stays until a full collection.
 */
function * pass ({ way, judge, now, slices }: Pass, take: (document: StoredDocument) => boolean): Work<boolean> {
  for (const entry of way) {
    const document = liveDocument(entry, now)
    if (slices.over(stepsFor(document))) yield
    if (document !== undefined && judge(document) && !take(document)) return false
  }
  return true
}

/** A long document may have to be parsed to be sorted. */
function stepsFor (document: StoredDocument | undefined): number {
  return 1 + ((document?.[contentJson]?.length ?? 0) >> 10)
}

function isTrue (filter: QueryFilter): boolean {
  return filter.kind === 'literal' && filter.value
}
