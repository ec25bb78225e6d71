import { acceptsCases } from './accepts-cases.ts'
import { compareAndSetCases } from './compare-and-set-cases.ts'
import type { ContractCase } from './contract-case.ts'
import { createCases } from './create-cases.ts'
import { deleteCases } from './delete-cases.ts'
import { expiryCases } from './expiry-cases.ts'
import { filterCases } from './filter-cases.ts'
import { idCases } from './id-cases.ts'
import { lifecycleCases } from './lifecycle-cases.ts'
import { limitCases } from './limit-cases.ts'
import { pageCases } from './page-cases.ts'
import { pagingLawCases } from './paging-law-cases.ts'
import { purgeCases } from './purge-cases.ts'
import { queryValueCases } from './query-value-cases.ts'
import { raceCases } from './race-cases.ts'
import { randomCases } from './random-cases.ts'
import { readCases } from './read-cases.ts'
import { revisionCases } from './revision-cases.ts'
import { ruleCases } from './rule-cases.ts'
import { sharedStateCases } from './shared-state-cases.ts'
import { sortCases } from './sort-cases.ts'
import { tombstoneCases } from './tombstone-cases.ts'
import { uniqueCases } from './unique-cases.ts'
import { uniqueValueCases } from './unique-value-cases.ts'
import { valueCases } from './value-cases.ts'
import { writeAllCases } from './write-all-cases.ts'

/** Every case of the suite, in the order in which they are registered. */
export const contractCases: readonly ContractCase[] = [
  ...createCases, ...readCases, ...compareAndSetCases, ...deleteCases, ...revisionCases, ...idCases, ...valueCases,
  ...writeAllCases, ...uniqueCases, ...uniqueValueCases, ...tombstoneCases, ...expiryCases, ...purgeCases, ...ruleCases, ...lifecycleCases, ...sharedStateCases,
  ...filterCases, ...queryValueCases, ...sortCases, ...pageCases, ...acceptsCases, ...pagingLawCases,
  ...raceCases, ...limitCases, ...randomCases
]
