import t from 'tap'
import { memoryStore } from '../../lib/stores/memory.ts'
import { storeContract } from '../../lib/testing.ts'

await storeContract(() => memoryStore(), t.test)
