/** What an operator must hear of at once. The error holds nothing personal. */
export interface LogAlarm {
  readonly kind: /** The stored log is not the one that was signed: nothing is signed any more, no exchange is opened. */
    | 'log-damaged'
    /** A batch could not be integrated; it is tried again. */
    | 'integration-failed'
    /** An entry that was promised to a consumer was not in the tree in time. */
    | 'promise-broken'
    /** An open exchange could not be read for its completion. */
    | 'recovery-failed'
  readonly error: unknown
}

export type OnAlarm = (alarm: LogAlarm) => void
