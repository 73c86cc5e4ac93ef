/**
 * Is the exchange log of today a continuation of the head that somebody kept?
 *
 * `first`: nothing was kept. `shorter`: the log has fewer entries than then. `changed`: its tree does not continue that one.
 * `foreign`: what was kept was not signed by this log's key. `damaged`: the newest head does not hold by itself.
 */
export type LogSince =
  | { readonly whole: 'yes'; readonly since: number; readonly head: KnownHead }
  | { readonly whole: 'no'; readonly why: 'shorter' | 'changed' | 'foreign' | 'damaged'; readonly since?: number }
  | { readonly whole: 'first'; readonly head: KnownHead }

/** The newest head of the log. */
export interface KnownHead {
  /** How many entries it covers. */
  readonly size: number
  /** The signed note, with the log's own signature alone. */
  readonly note: string
}
