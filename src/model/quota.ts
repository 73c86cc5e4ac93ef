import type { AgreementDigest } from './agreement.ts'

/**
 * Which limits a question of a call counts against. One definition for all limits: a question that is really put to a
 * registry counts one, on its day of the calendar in Sofia; asking again after a failure or a crash counts nothing.
 */
export interface Counting {
  readonly agreement?: AgreementDigest
  /** Of the agreement; absent: counted, without a limit. */
  readonly perDay?: number
  /** What the owner lets the operation answer a day, to all consumers together. */
  readonly total?: number
}

/** A limit of today, as both sides see it. */
export interface Allowance {
  /** The registry whose agreement it is, or the operation whose total it is. */
  readonly name: string
  readonly agreement?: AgreementDigest
  readonly limit: number
  readonly used: number
  readonly left: number
  /** ISO instant of the next midnight in Sofia. */
  readonly resetAt: string
  readonly resetSeconds: number
}
