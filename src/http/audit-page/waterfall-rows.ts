import type { ExchangeRecord, RecordedAttempt, RecordedCall } from '../../model/exchange-record.ts'

/** A piece of time, in milliseconds from the reception of the application. */
export interface Span {
  readonly begin: number
  /** Absent: it has not ended. */
  readonly end?: number
}

export interface AttemptRow extends Span {
  readonly attempt: RecordedAttempt
}

export interface CallRow {
  readonly call: RecordedCall
  /** Absent where it never reached its registry. */
  readonly span?: Span
  readonly attempts: readonly AttemptRow[]
  /** It was put once for each of several: those stand as calls of their own. */
  readonly isSplit: boolean
}

export interface Waterfall {
  /** What all bars are drawn to; at least a millisecond. */
  readonly length: number
  readonly whole: Span
  readonly calls: readonly CallRow[]
}

/** One application, its calls and their attempts on one axis of time. */
export function waterfallOf({ receivedAt, closedAt, calls }: ExchangeRecord): Waterfall {
  const start = Date.parse(receivedAt)
  const at = (iso: string): number => Math.max(0, Date.parse(iso) - start)
  const span = (from: string, to: string | undefined): Span => ({
    begin: at(from),
    ...(to === undefined ? {} : { end: at(to) }),
  })
  const rows = calls.map(
    (call): CallRow => ({
      call,
      ...(call.startedAt === undefined ? {} : { span: span(call.startedAt, call.endedAt) }),
      isSplit: calls.some((other) => other.call.startsWith(`${call.call}.`)),
      attempts: call.attempts.map((attempt) => ({ attempt, ...span(attempt.startedAt, attempt.endedAt) })),
    }),
  )
  const whole = span(receivedAt, closedAt)
  const moments = [whole, ...rows.flatMap((row) => [...(row.span === undefined ? [] : [row.span]), ...row.attempts])]
  const last = Math.max(...moments.flatMap(({ begin, end }) => [begin, end ?? begin]))
  return { length: Math.max(1, last), whole, calls: rows }
}
