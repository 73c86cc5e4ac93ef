import type { ExchangeId } from './ids.ts'
import type { LocalisedText } from './localised.ts'
import type { PersonPart } from './person.ts'

/** One use of somebody's data, by the names of the Estonian Data Tracker; what comes after `receiverSystem` is edno's own. */
export interface DataUsage {
  /** ISO instant. */
  readonly logtime: string
  /** What it was for, in words. */
  readonly action: string
  readonly receiverCode: string
  readonly receiverName: string
  readonly receiverSystem: string
  readonly exchangeId: ExchangeId
  readonly service: string
  readonly legalBasis: { readonly code: string; readonly text: string }
  readonly as: readonly PersonPart[]
  /** That were asked. */
  readonly registries: readonly { readonly registry: string; readonly name: string; readonly provider: string }[]
}

/** Newest first. */
export interface UsagePage {
  readonly totalUsages: number
  readonly usages: readonly DataUsage[]
}

export interface DataUsageQuestion {
  /** `PNOBG-`, `PI:BG-` or `NTRBG-` and the number (ETSI EN 319 412-1 §5.1). */
  readonly userCode: string
  /** ISO instants. */
  readonly periodStart?: string
  readonly periodEnd?: string
  readonly offset: number
  readonly limit: number
}

/** What a citizen portal may be told in words. */
export type InWords = (text: LocalisedText) => string
