import type { GrantedAgreement } from './agreement.ts'
import type { ExchangeId, PartyId, ServiceRef } from './ids.ts'

/** A limit as it was looked at before anything was opened. */
export interface LookedAt {
  readonly name: string
  readonly limit: number
  readonly used: number
  /** Questions that the exchange would put. */
  readonly wanted: number
}

/** What was asked: all that the rules read. */
export interface DecidedQuestion {
  readonly consumer: PartyId
  readonly signer: { readonly party: PartyId; readonly key: string }
  readonly service: ServiceRef
  readonly legalBasis: string
  /** The official that asked, in the words of the grant that restricts them; never what an application says of itself. */
  readonly position?: string
  /** Whether its case was open; absent where no rule wanted to know. */
  readonly caseOpen?: boolean
}

/** A grant of the operator's files, as the rules read it. */
export interface GrantDocument {
  /** SHA-256 (hex) of the content. */
  readonly digest: string
  /** Canonical JSON. */
  readonly content: string
}

/** On which grant of the files a decision rests, for every registry that no agreement opens. */
export interface GrantedByFile extends Pick<GrantDocument, 'digest'> {
  readonly grant: string
}

export type DecidedResult =
  | {
      readonly granted: true
      readonly grant: string
      readonly agreements?: readonly GrantedAgreement[]
      /** Absent in old records. */
      readonly file?: GrantedByFile
      /** Call of the service → fields that may leave. */
      readonly disclosure: Readonly<Record<string, readonly string[]>>
      readonly quotas?: readonly LookedAt[]
    }
  | {
      readonly granted: false
      /** A code of the problem table. */
      readonly code: string
      readonly detail: string
      readonly quotas?: readonly LookedAt[]
    }

/**
 * Who asked for what, what was decided and why (`schemas/decision.v1.schema.json`). Holds nothing of the application but
 * what the rules read: no person, no case number.
 */
export interface DecisionRecord {
  readonly v: 1
  /** ISO instant: the rules as of then were asked. */
  readonly at: string
  readonly exchangeId: ExchangeId
  /** SHA-256 (hex) of the governance that decided. */
  readonly governance: string
  /** Sequence of the last act on any agreement that the rules had seen, 0 where there was none; absent in old records. */
  readonly lastAct?: number
  readonly question: DecidedQuestion
  readonly result: DecidedResult
}
