import type { LaterAnswer } from '../adapter-kit/later-answer.ts'
import type { CallContext, Finding, OperationInput, OperationManifest, RegistryLimits } from '../adapter-kit/adapter.ts'
import type { IdentifierType } from '../model/application.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import type { ExchangeId, OperationRef, PartyId, ServiceRef } from '../model/ids.ts'
import type { CallOutcome } from '../model/outcome.ts'
import type { ProblemCode } from '../problem/codes.ts'
import type { Begun } from '../store/quotas.ts'
import type { RegistryBoard } from './registry-board.ts'
import type { ReadyCall } from './schedule.ts'

/** What dispatch must know of an operation; an entry of the catalogue has this shape. */
export interface DispatchedOperation {
  readonly manifest: {
    readonly timeoutMs?: number
    readonly maxConcurrent: number
    readonly subject: OperationManifest['subject']
    readonly keepAnswer?: 'commitment'
  }
  /** As which numbers its schema takes the subject; empty or absent: it is about a thing, or about nobody. */
  readonly subjectKinds?: readonly IdentifierType[]
  /** True where the input fits the operation's schema. */
  readonly acceptsInput: (input: OperationInput) => boolean
  /** True where the evidence fits the operation's schema; any member may be absent, because fewer may be asked for. */
  readonly acceptsEvidence: (evidence: unknown) => boolean
  /** Where evidence does not fit first; nothing of the evidence is in it. */
  readonly misfitOf?: (evidence: unknown) => string | undefined
}

/** Asks the registry's adapter. Throws `AdapterFault`; any other error is a defect of the adapter. */
export type Ask = (operation: OperationRef, input: OperationInput, context: CallContext) => Promise<Finding>

/** The attempt that ends with an outcome. */
export interface EndedAttempt {
  readonly number: number
  /** A code of the problem table, where it failed. */
  readonly fault?: string
  /** Where its answer was not as agreed. */
  readonly drift?: string
}

/** The rows of calls and attempts. Every method fails with `broker.log-unavailable` where the database is gone. */
export interface DispatchRows {
  /**
   * Durable before it resolves: the rows of items, then one attempt for each call that is within its limits, counted.
   * @returns call → number of its attempt, counted on from attempts before a crash, or that it is over a limit; without
   * what has ended already.
   */
  readonly begin: (plan: ExchangePlan, calls: readonly ReadyCall[], at: Date) => Promise<ReadonlyMap<string, Begun>>
  /** The question of a call that was begun was not put, and counts against no limit. */
  readonly uncount: (plan: ExchangePlan, call: ReadyCall) => Promise<void>
  /** Rows of items that end without an attempt. */
  readonly addItems: (plan: ExchangePlan, items: readonly string[]) => Promise<void>
  /** An attempt after which the call goes on. */
  readonly endAttempt: (plan: ExchangePlan, call: string, attempt: EndedAttempt, at: Date) => Promise<void>
  /** The outcome, its evidence encrypted, and the attempt it ends. */
  readonly end: (plan: ExchangePlan, outcome: CallOutcome, attempt: EndedAttempt | undefined, at: Date) => Promise<void>
}

/** Operational log; facts without personal data. */
export interface DispatchLog {
  readonly info: (message: string, facts?: Record<string, string | number>) => void
  readonly warn: (message: string, facts?: Record<string, string | number>) => void
}

export interface DispatchPorts {
  readonly operations: ReadonlyMap<OperationRef, DispatchedOperation>
  readonly ask: Ask
  /** Whether this process has its adapter open; absent: it has all. */
  readonly isOpen?: (registry: string) => boolean
  /** What judges the signatures of a registry's answers; undefined where nobody knows who signs them. */
  readonly verifyAnswer?: (registry: string) => CallContext['verifyAnswer']
  readonly rows: DispatchRows
  /** What is kept of a call whose registry answers later; absent: nothing is, and such a call waits as long as any other. */
  readonly laterAnswer?: (plan: ExchangePlan, call: ReadyCall, signal: AbortSignal) => LaterAnswer
  readonly clock: () => Date
  /** Registry → what its owner and the operator allow; absent: nothing is limited, nothing is planned. */
  readonly limits?: ReadonlyMap<string, RegistryLimits>
  /** What all processes know of the registries; absent: this process keeps it to itself. */
  readonly board?: RegistryBoard
  /** From 0 to below 1, for the waits between attempts; `Math.random` where absent. */
  readonly random?: () => number
  /** What registries are told of the consumer. */
  readonly consumerOf: (party: PartyId) => { readonly name: string; readonly oid: string | undefined }
  readonly serviceTitle: (service: ServiceRef) => string
  /** Why this exchange may ask nobody any more, as things stand now; looked at before each step. Absent: it always may. */
  readonly closed?: (plan: ExchangePlan) => ProblemCode | undefined
  readonly observer?: { readonly outcome?: (id: ExchangeId, outcome: CallOutcome) => void }
  readonly log: DispatchLog
}
