import type { ExchangeId, OperationRef, PartyId } from './ids.ts'

export const CORRECTION_KINDS = ['wrong', 'outdated', 'missing', 'of-another'] as const
export type CorrectionKind = (typeof CORRECTION_KINDS)[number]
export type CorrectionResult = 'corrected' | 'right-as-it-is'
export type CorrectionState = 'reported' | 'answered' | 'closed'

/** What a consumer says is not right in what a registry answered; about whom it is, both know by the exchange. */
export interface CorrectionReport {
  readonly call: string
  readonly kind: CorrectionKind
  /** Dotted paths of the evidence; none: all of it. */
  readonly fields: readonly string[]
  /** Never about a person. */
  readonly text: string
}

/** What the owner of the registry does about it. */
export interface CorrectionAct {
  readonly act: 'answer' | 'close'
  /** Of what is closed. */
  readonly result?: CorrectionResult
  /** Never about a person. */
  readonly text: string
}

/** One step of its way, in its order. */
export interface CorrectionStep {
  readonly change: CorrectionState
  readonly by: PartyId
  /** ISO instant. */
  readonly at: string
  readonly text: string
}

/** An error in a registry's data, from its report to its end. */
export interface CorrectionView extends Omit<CorrectionReport, 'text'> {
  readonly id: string
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly registry: string
  readonly operation: OperationRef
  readonly state: CorrectionState
  readonly result?: CorrectionResult
  readonly steps: readonly CorrectionStep[]
}

export interface CorrectionFilter {
  readonly state?: CorrectionState
  readonly registry?: string
  readonly consumer?: PartyId
}
