/** What a registry gave in place of an answer: the number under which it will have one. */
export interface PromisedAnswer {
  /** At most 100 letters, digits, `.`, `_`, `:`, `/` and `-` of ASCII. */
  readonly reference: string
  /** By which the registry knows again who asked. */
  readonly proof?: string
  /** What was asked, as the registry was asked it: what it sends of itself is held against it. */
  readonly question: string
  /** When it was promised, an ISO instant. */
  readonly at: string
}

/**
 * What edno keeps of a call that its registry answers later, beyond the process that asked. All of it but the reference is
 * encrypted, and goes when the exchange's content goes.
 */
export interface LaterAnswer {
  /** Of an earlier try of this call: its question is not put again, its answer is fetched. */
  readonly promised: () => Promise<PromisedAnswer | undefined>
  /** Durable before it resolves. */
  readonly keep: (promise: PromisedAnswer) => Promise<void>
  /** What the registry sent of itself; waited for as long, and never beyond the call's signal. */
  readonly pushed: (waitMs: number) => Promise<Uint8Array | undefined>
  /** The answer is here: the registry is told so once edno has stored it. */
  readonly taken: () => Promise<void>
  /** Where the registry may send its answer of itself. */
  readonly callbackUrl?: string
}

/** What else an operation can do whose registry answers later. */
export interface LaterHandler {
  /** Throws an `AdapterFault`, or rejects with one, where what the registry sent of itself is no answer to what was asked. */
  readonly judge: (
    raw: Uint8Array,
    promise: PromisedAnswer,
    verifyAnswer: ((raw: Uint8Array, namespace?: string) => Uint8Array) | undefined,
  ) => void | Promise<void>
  /** Tells the registry that it may forget the answer. */
  readonly acknowledge: (promise: PromisedAnswer, signal: AbortSignal) => Promise<void>
}
