import type { LegalBasis } from './exchange.ts'
import type { ExchangeId, OperationRef, PartyId, ServiceRef } from './ids.ts'
import type { LocalisedText } from './localised.ts'
import type { AnyOf, Need } from './service.ts'

/** One call as it would be made. Holds expressions and names of fields, never a value of the application. */
export interface PlannedCallView {
  readonly name: string
  readonly operation: OperationRef
  readonly title: LocalisedText
  readonly need: Need
  /** The calls whose answers it waits for. */
  readonly needs: readonly string[]
  /** CEL sources, where the service has them. */
  readonly when?: string
  readonly forEach?: string
  /** How many questions would be put; null where that hangs on what the calls it needs find. */
  readonly questions: number | null
  /** Evidence paths that come back; empty: only checks do. */
  readonly fields: readonly string[]
  /** Evidence paths that edno reads for checks and other calls, and keeps to itself. */
  readonly withheld: readonly string[]
}

export interface PlannedRegistryView {
  readonly registry: string
  readonly name: LocalisedText
  /** The party that owns it. */
  readonly provider: string
  readonly operations: readonly OperationRef[]
}

/** What a dry run tells: `schemas/plan-view.v1.schema.json`. */
export interface PlanView {
  readonly exchangeId: ExchangeId
  readonly consumer: PartyId
  readonly onBehalfOf?: PartyId
  readonly service: ServiceRef
  readonly title: LocalisedText
  readonly legalBasis: LegalBasis
  readonly grant: string
  /** SHA-256 (hex) of the governance in force. */
  readonly governanceDigest: string
  /** True: these bytes were an exchange already. Sent again, its one answer comes again and nobody is asked. */
  readonly repeated: boolean
  /** Milliseconds from reception until the answer leaves. */
  readonly deadlineMs: number
  /** How long the answer can be fetched again. */
  readonly answerKeptHours: number
  readonly registries: readonly PlannedRegistryView[]
  /** In an order in which every call stands after those it needs. */
  readonly calls: readonly PlannedCallView[]
  /** Groups of calls of which one found answer is enough: asked in their order, the next only where nothing was found. */
  readonly anyOf?: readonly AnyOf[]
  readonly checks: readonly { readonly id: string; readonly title: LocalisedText; readonly calls: readonly string[] }[]
}
