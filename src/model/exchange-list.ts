import type { AnswerStatus } from './exchange.ts'
import type { ExchangeId, PartyId, ServiceRef } from './ids.ts'
import type { OutcomeKind } from './outcome.ts'

/** One exchange in a list: nothing of its content but the number of the consumer's own case. */
export interface ListedExchange {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly legalBasis?: string
  readonly case: string
  /** Who asked, as a keyed hash: the same official of the same consumer has the same one. */
  readonly official?: string
  /** How it stands as a whole; the owner of one registry is not told. */
  readonly state?: 'running' | 'deferred' | 'closed'
  readonly status?: AnswerStatus
  /** ISO instants. */
  readonly receivedAt: string
  readonly closedAt?: string
  /** How many calls ended in which outcome; for the owner of a registry, calls to that one. */
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
}

export interface ExchangeFilter {
  readonly consumer?: PartyId
  readonly service?: ServiceRef
  /** Some call of it goes to this registry. */
  readonly registry?: string
  /** As lists show it. */
  readonly official?: string
  /** Some call of it ended so; with `registry`, some call to that one. */
  readonly outcome?: OutcomeKind
  readonly status?: AnswerStatus | 'running' | 'deferred'
  readonly case?: string
  readonly legalBasis?: string
  readonly id?: ExchangeId
  /** ISO instants of reception: from the first on, before the second. */
  readonly from?: string
  readonly to?: string
}

/** Whose exchanges are looked at: a party's own, those that asked a registry, or all. */
export type SliceName =
  | { readonly of: 'own' }
  | { readonly of: 'registry'; readonly registry: string }
  | { readonly of: 'all' }

/** How many a filter finds; counted up to a bound. */
export interface Total {
  readonly count: number
  /** False: there are more. */
  readonly exact: boolean
}

/** Newest first. */
export interface ExchangePage {
  readonly exchanges: readonly ListedExchange[]
  /** Of the first page. */
  readonly total?: Total
  /** There is more after this place. */
  readonly next?: string
}

/** Who looks, and over which client certificate (SHA-256, hex). */
export interface Reader {
  readonly party: PartyId
  readonly certificate: string
}

/** One exchange by name: ids are the consumers' own, and two of them may have used one. */
export interface ExchangeName {
  readonly consumer: PartyId
  readonly exchangeId: ExchangeId
}
