import type { Allowance } from '../model/quota.ts'
import { PROBLEMS, type ProblemCode } from './codes.ts'

interface Options {
  readonly cause?: unknown
  /** The limits that were looked at; told to the caller in headers. */
  readonly allowances?: readonly Allowance[]
}

/**
 * A refusal or failure that a caller may see. `detail` may reach the consumer (never for a status of 500 or more) and
 * therefore never holds personal data; `cause` never leaves the process.
 */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: ProblemCode
  readonly detail: string
  readonly allowances: readonly Allowance[]

  constructor(code: ProblemCode, detail: string, options?: Options) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
    this.allowances = options?.allowances ?? []
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }

  static from(error: unknown): BrokerError {
    return error instanceof BrokerError
      ? error
      : new BrokerError('broker.internal', 'unexpected failure', { cause: error })
  }
}
