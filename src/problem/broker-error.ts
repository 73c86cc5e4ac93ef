import { PROBLEMS, type ProblemCode } from './codes.ts'

/**
 * A refusal or failure that a caller may see. `detail` may reach the consumer (never for a status of 500 or more) and
 * therefore never holds personal data; `cause` never leaves the process.
 */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: ProblemCode
  readonly detail: string

  constructor(code: ProblemCode, detail: string, options?: { readonly cause?: unknown }) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
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
