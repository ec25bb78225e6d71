import t from 'tap'
import { memoryStore } from '../../lib/index.ts'
import { sqliteStore } from '../../lib/sqlite.ts'
import { holdsLargestLimits } from './largest.ts'

t.test('memory holds the largest limits', (t) => holdsLargestLimits(t, memoryStore()))

t.test('SQLite holds the largest limits', (t) => holdsLargestLimits(t, sqliteStore(':memory:')))
