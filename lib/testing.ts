export { storeContract } from './testing/store-contract.ts'
export type { MakeStore, RegisterTest } from './testing/store-contract.ts'
