import type { Generated } from 'kysely'

/** A call that its registry promised to answer: see migrations 0026 and 0028. */
export interface PromisedAnswerTable {
  readonly exchange: number
  readonly call: string
  readonly registry: string
  readonly operation: string
  /** The registry's number. */
  readonly reference: string
  readonly promised_at: Date
  /** The answer came, and was read. */
  readonly taken_at: Date | null
  /** The registry was told so, or would not hear it. */
  readonly acknowledged_at: Date | null
  readonly acknowledge_due_at: Date | null
  readonly tries: Generated<number>
  /** When the registry last let the call be looked after at once. */
  readonly woken_at: Date | null
}
