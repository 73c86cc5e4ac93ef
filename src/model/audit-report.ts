/** What an auditor may want to look at more closely. Nothing in it says that anything is wrong. */
export interface AuditReport {
  /** ISO instants. */
  readonly from: string
  readonly to: string
  /** Applications that opened nothing, by reason. */
  readonly refusals: readonly { readonly problem: string; readonly consumer: string; readonly count: number }[]
  /** Calls that brought no answer, by registry and reason. */
  readonly failures: readonly { readonly registry: string; readonly problem: string; readonly calls: number }[]
  /** Questions whose case was not open when they were put; `keepsCases`: the consumer tells edno of cases at all. */
  readonly withoutCase: readonly {
    readonly consumer: string
    readonly exchanges: number
    readonly withoutCase: number
    readonly keepsCases: boolean
  }[]
  /** Days of officials with far more questions than is usual for an official of their consumer. */
  readonly officials: readonly {
    readonly consumer: string
    readonly official: string
    readonly day: string
    readonly questions: number
    readonly usual: number
  }[]
  /** Hours with far more questions than is usual for the consumer. */
  readonly hours: readonly {
    readonly consumer: string
    readonly hour: string
    readonly questions: number
    readonly usual: number
  }[]
  /** Consumers of whose questions many were put at night or at a weekend, by the clock in Sofia. */
  readonly outsideHours: readonly { readonly consumer: string; readonly exchanges: number; readonly outside: number }[]
  /** One person each, without saying who: asked for by several consumers or many officials. */
  readonly askedByMany: readonly {
    readonly consumers: number
    readonly officials: number
    readonly exchanges: number
    /** Ids of the newest of these exchanges. */
    readonly newest: readonly string[]
  }[]
  readonly corrections: readonly {
    readonly registry: string
    readonly state: string
    readonly result?: string
    readonly count: number
  }[]
  /** What this report cannot tell, and why. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[]
}
