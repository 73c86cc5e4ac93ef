import type { Generated } from 'kysely'

/** One thing that a consumer, or a citizen portal, is told unasked: what happened to which exchange, and whether it knows by now. */
export interface CallbackTable {
  readonly id: Generated<number>
  /** Stays the same however often it is tried. */
  readonly message: Generated<string>
  readonly exchange: number
  /** Who is told: the exchange's consumer, or a portal. */
  readonly consumer: string
  /** Of the portal, for `exchange.disclosed`; null for the others. */
  readonly subscription: string | null
  readonly kind: CallbackKind
  readonly created_at: Generated<Date>
  readonly state: Generated<'waiting' | 'delivered' | 'dead'>
  readonly due_at: Generated<Date>
  /** Until then a process tries; one that dies meanwhile loses nothing but this time. */
  readonly leased_until: Date | null
  readonly tries: Generated<number>
  /** Why the last try failed. */
  readonly fault: string | null
  readonly ended_at: Date | null
}

export type CallbackKind =
  | 'exchange.answered'
  | 'exchange.deferred'
  | 'exchange.supplemented'
  | 'exchange.cancelled'
  | 'exchange.disclosed'

/** An address whose receiver wants to be told no more. */
export interface CallbackRefusedTable {
  readonly consumer: string
  readonly url: string
  readonly at: Generated<Date>
}
