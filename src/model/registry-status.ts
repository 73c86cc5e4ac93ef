import type { Side } from './agreement.ts'
import type { OperationRef, PartyId, ServiceRef } from './ids.ts'
import type { LocalisedText } from './localised.ts'
import type { PlannedDowntime } from './registry-limits.ts'

/**
 * `planned-downtime`: its owner took it out of service; `down`: its breaker is open; `not-asked`: nobody asked it in the
 * window; `failing`: at least half of the newest attempts ended in a fault; `up`: otherwise.
 */
export type RegistryHealth = 'up' | 'failing' | 'down' | 'planned-downtime' | 'not-asked'

/** `half-open`: it is taken for dead, and the next question goes out to see whether it is back. */
export type BreakerState =
  | { readonly state: 'closed' }
  | {
      readonly state: 'open' | 'half-open'
      /** ISO instants. */
      readonly since: string
      readonly nextTryAt: string
      /** How often in a row it was found dead. */
      readonly opened: number
    }

/** How one kind of failure was met. */
export interface ErrorCount {
  /** A problem code. */
  readonly code: string
  readonly count: number
  /** ISO instant. */
  readonly lastAt: string
}

/** How much one consumer asked. */
export interface AskedBy {
  readonly consumer: PartyId
  readonly questions?: number
  /** Of these, with an answer: a record, or that there is none. */
  readonly answered?: number
  readonly suppressed?: true
}

/** Answers that were not as agreed, at one place. */
export interface Drift {
  readonly operation: OperationRef
  /** In names of schemas and maps; nothing of the answers. */
  readonly path: string
  readonly count: number
  /** ISO instants. */
  readonly firstAt: string
  readonly lastAt: string
}

/** Somebody asks for access. */
export interface WaitingRequest {
  readonly agreement: string
  readonly consumer: PartyId
  readonly service: ServiceRef
  readonly purpose: string
  /** First and last day. */
  readonly from: string
  readonly until: string
  /** Who has not said yes yet. */
  readonly waitsFor: readonly Side[]
  /** Where it is read; `POST` of a signed act to `<link>/acts` decides. */
  readonly link: string
}

/** How a limit stands today; without what is used and left where it is suppressed. */
interface Standing {
  readonly limit: number
  readonly used?: number
  readonly left?: number
  /** ISO instant of the next midnight in Sofia. */
  readonly reset: string
  readonly suppressed?: true
}

export interface QuotaOfAgreement extends Standing {
  readonly agreement: string
  readonly consumer: PartyId
  readonly service: ServiceRef
}

export interface QuotaOfOperation extends Standing {
  readonly operation: OperationRef
}

/**
 * A registry as its owner sees it: counts and places, no exchange and nobody by name. Others see it without counts of too few: rows are
 * `suppressed`, and single figures absent.
 */
export interface RegistryStatus {
  readonly id: string
  readonly name: LocalisedText
  readonly provider: PartyId
  /** ISO instant. */
  readonly at: string
  readonly health: RegistryHealth
  readonly breaker: BreakerState
  /** The operator's exception: answers that it signed with SHA-1 are believed too. Absent: they are refused. */
  readonly answersBySha1?: true
  readonly window: {
    /** ISO instants of reception. */
    readonly from: string
    readonly to: string
    /** With a question to this registry. */
    readonly exchanges?: number
    /** False: there were more, and these are the newest, all since `from`. */
    readonly whole: boolean
  }
  /** Of attempts that brought an answer, in milliseconds. */
  readonly latency: { readonly answers?: number; readonly p50Ms?: number; readonly p95Ms?: number }
  /** The most frequent first. */
  readonly errors: readonly ErrorCount[]
  /** The one that asked most first. */
  readonly consumers: readonly AskedBy[]
  /** Questions in edno's queue, which are put when the registry can be asked; counted up to 10,000. */
  readonly queued: number
  /** Of the last 30 days, the newest first. */
  readonly drift: readonly Drift[]
  /** Of agreements in force that have one, today. */
  readonly quotas: readonly QuotaOfAgreement[]
  /** The owner's own limits over all consumers, today. */
  readonly totals: readonly QuotaOfOperation[]
  readonly requests: readonly WaitingRequest[]
  /** There are more than these. */
  readonly moreRequests?: true
  /** Fewer are not told to this reader; absent: all are. */
  readonly smallest?: number
  /** Without what is over; `now`: nothing is asked. */
  readonly plannedDowntime: readonly (PlannedDowntime & { readonly now: boolean })[]
  readonly links: {
    readonly requests: string
    /** The reader's list of the exchanges of the window; absent for whoever may not read it. */
    readonly exchanges?: string
  }
}
