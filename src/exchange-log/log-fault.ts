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
  | 'log-damaged'

export class LogFault extends Error {
  override readonly name = 'LogFault'
  readonly kind: LogFaultKind

  constructor(kind: LogFaultKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
