import t from 'tap'
import { judgeMarks, nothingWrong } from './judge-marks.ts'
import type { MarkedDocument, MarksRecord } from './marks.ts'

/** A document to which three marks were added, the second without an answer. */
function sample (): { readonly record: MarksRecord, readonly document: MarkedDocument } {
  const told = (mark: string, revision: string): MarksRecord['acknowledged'][number] => ({ mark, id: '0-0', revision, server: 0, at: 0 })
  return {
    record: { acknowledged: [told('a', 'r1'), told('c', 'r3')], found: ['b'], open: ['d'], refusals: [], stale: 0, faults: [] },
    document: { _id: '0-0', _rev: 'r3', history: [{ mark: 'a', after: null }, { mark: 'b', after: 'r1' }, { mark: 'c', after: 'r2' }] }
  }
}

t.test('what was acknowledged and is there once, in one line, is right', async (t) => {
  const { record, document } = sample()
  t.strictSame(judgeMarks(record, [document]), nothingWrong)
  const later = { ...document, _rev: 'r4', history: [...document.history, { mark: 'd', after: 'r3' }] }
  t.strictSame(judgeMarks(record, [later]), nothingWrong, 'a mark that was open may be there')
})

t.test('a mark that was acknowledged or seen and is gone is missing', async (t) => {
  const { record, document } = sample()
  t.strictSame(judgeMarks(record, [{ ...document, _rev: 'r2', history: document.history.slice(0, 2) }]).missing, ['c'])
  t.strictSame(judgeMarks(record, []).missing, ['a', 'c', 'b'])
})

t.test('a mark that is there twice, or that nobody wrote, is told', async (t) => {
  const { record, document } = sample()
  t.strictSame(judgeMarks(record, [document, { ...document, _id: '0-1' }]).doubled, ['a', 'b', 'c'])
  t.strictSame(judgeMarks(record, [{ ...document, history: [...document.history, { mark: 'e', after: 'r3' }] }]).unknown, ['e'])
})

t.test('an update of something else than the revision before is astray', async (t) => {
  const { record, document } = sample()
  const [a = { mark: 'a', after: null }, b = { mark: 'b', after: 'r1' }] = document.history
  t.strictSame(judgeMarks(record, [{ ...document, history: [a, b, { mark: 'c', after: 'r1' }] }]).astray, ['0-0: c'], 'two updates of one revision')
  t.strictSame(judgeMarks(record, [{ ...document, history: [a, { mark: 'c', after: 'r1' }] }]).missing, ['b'], 'an update is lost')
  t.strictSame(judgeMarks(record, [{ ...document, history: [a, { mark: 'b', after: 'r0' }, { mark: 'c', after: 'r2' }] }]).astray, ['0-0: a'])
  t.strictSame(judgeMarks(record, [{ ...document, _rev: 'r9' }]).astray, ['0-0: c'], 'the revision is not the one that was answered')
})
