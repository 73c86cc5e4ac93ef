import type { Generated } from 'kysely'

/** What exchanges are found by, once for all that are alike in it. */
export interface ExchangeKindTable {
  readonly id: Generated<number>
  readonly service: string
  /** Code; empty where it is not known. */
  readonly legal_basis: string
  /** Of the answer; empty while there is none. */
  readonly status: string
  /** `registry:outcome`, distinct and in order; `-` for a call that has not ended. */
  readonly marks: readonly string[]
}
