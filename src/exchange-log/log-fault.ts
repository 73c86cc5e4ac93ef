/**
 * What can be wrong with evidence. Not a problem of an exchange: nobody is refused with it, so it has no row in the
 * problem table; a verifier turns it into a finding, the integrator into an alarm.
 */
export type LogFaultKind =
  | 'note-malformed'
  | 'note-untrusted'
  | 'key-malformed'
  | 'checkpoint-malformed'
  | 'checkpoint-origin'
  | 'proof-malformed'
  | 'entry-malformed'
  | 'entry-too-large'
  | 'receipt-malformed'
  | 'tile-missing'
  | 'bundle-malformed'
  | 'promise-malformed'
  | 'promise-broken'
  | 'log-damaged'

export class LogFault extends Error {
  override readonly name = 'LogFault'
  readonly kind: LogFaultKind

  constructor(kind: LogFaultKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

/** What is read, or undefined where it is a fault of the log. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof LogFault) return undefined
    throw error
  }
}
