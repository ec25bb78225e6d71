import type { ComparedDocument } from '../../crest/comparable.ts'
import type { QueryFilter } from '../../crest/query-filter.ts'
import type { Awaitable } from '../../json.ts'
import type { HeldRecords } from './held-records.ts'
import type { MemoryIndexes } from './memory-indexes.ts'
import { knowledgeOf } from './memory-knowledge.ts'
import type { MemoryRecords } from './memory-records.ts'
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

/** A document that is in the answer, by its number, and itself where somebody has seen it already. */
interface Found {
  readonly number: number
  readonly document: StoredDocument | undefined
}

/** A way to documents, and which of them match and are accepted. */
interface Pass {
  readonly records: MemoryRecords
  readonly accepts: Judge | undefined
  readonly way: Way
  readonly judge: Judge<number>
  readonly now: number
  readonly slices: TimeSlices
}

/**
 * The documents that a query asks for, as they are at the time of the call. What takes no longer than a slice of time is
 * answered at once.
 *
 * @param held what keeps documents as they are for what takes longer
 * @param expiring whether any of the documents may have expired
 */
export function queryMemory (indexes: MemoryIndexes, held: HeldRecords, request: StoreQuery, expiring: boolean): Awaitable<StoreQueryResult> {
  const { filter, sortKeys, accepts, count = false } = request
  const { records } = indexes
  const compared = (number: number): ComparedDocument => records.compared(number)
  const plan = planQuery(filter, sortKeys, knowledgeOf(indexes))
  // A step that judges a document may take long, if the filter is long.
  const slices = plan.rest === undefined && accepts === undefined ? createTimeSlices() : createTimeSlices(1)
  const now = Date.now()
  const open = (plan: QueryPlan, way: Way): Pass => ({ records, way, judge: judgeOf(plan.rest && filter, undefined, compared) ?? everything, accepts, now, slices })

  // All that may be needed is opened before others have their turn, so that it is of one moment.
  const start = startOfPage(plan, request.after)
  const page = open(plan, openWay(indexes, plan, start))
  const counting = count && (expiring || accepts !== undefined || !isTrue(filter))
    ? planQuery(filter, accepts === undefined ? 'count' : 'any', knowledgeOf(indexes))
    : undefined
  const whole = counting && open(counting, openWay(indexes, counting, undefined))
  const work = answer(request, collectPage<Found>(plan, request, ({ number }) => compared(number)), page, start === undefined, whole, indexes.documents.ordered.size)

  const step = work.next()
  return step.done === true ? step.value : finish(held, work, slices)
}

async function finish<Result> (held: HeldRecords, work: Work<Result>, slices: TimeSlices): Promise<Result> {
  const release = held.hold()
  try {
    for (;;) {
      await slices.next()
      const step = work.next()
      if (step.done === true) return step.value
    }
  } finally {
    release()
  }
}

/**
 * @param page the way to the page
 * @param fromTheFirst whether that way begins with the first document that matches
 * @param whole the way to all that matches, where that is not simply all
 */
function * answer (request: StoreQuery, collector: PageCollector<Found>, page: Pass, fromTheFirst: boolean, whole: Pass | undefined, all: number): Work<StoreQueryResult> {
  const { limit, count = false } = request
  let matched = 0
  const ended = limit !== 0 && (yield * pass(page, (found) => {
    matched++
    return collector.add(found)
  }))
  const documents = collector.documents().map(({ number, document }) => document ?? page.records.document(number))
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

const everything: Judge<number> = () => true

/**
 * Goes to the documents that match until one of them is not taken; whether it came to the end. One function for all passes: V8
 * makes a shape for the generators of each generator function, which stays until a full collection.
 */
function * pass ({ records, way, judge, accepts, now, slices }: Pass, take: (found: Found) => boolean): Work<boolean> {
  for (const number of way) {
    const length = number === undefined ? 0 : records.liveLength(number, now)
    // A long document may have to be parsed to be sorted.
    if (slices.over(1 + (length >> 10))) yield
    if (number === undefined || length === 0 || !judge(number)) continue
    const document = accepts && records.document(number)
    if ((document === undefined || accepts?.(document) === true) && !take({ number, document })) return false
  }
  return true
}

function isTrue (filter: QueryFilter): boolean {
  return filter.kind === 'literal' && filter.value
}
