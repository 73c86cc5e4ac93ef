/** A certificate that somebody must renew. */
export interface DatedCertificate {
  /** A party's id, or `edno`. */
  readonly owner: string
  /** For example `seal`, `tls`, `registry civil-registry`. */
  readonly use: string
  readonly notAfter: Date
  /** JSON pointer of the setting that names its file, where the configuration does. */
  readonly setting?: string
}

/** How near the end is, in days; 0 where it has passed. */
export type Nearness = 60 | 30 | 7 | 0

export interface ExpiryWarning extends DatedCertificate {
  readonly within: Nearness
  /** Whole days that remain; negative where the end has passed. */
  readonly days: number
}

const DAY_MS = 86_400_000

const nearnessOf = (restMs: number): Nearness | undefined => {
  if (restMs < 0) return 0
  return ([7, 30, 60] as const).find((days) => restMs <= days * DAY_MS)
}

/** Those that end within 60, 30 or 7 days, or have ended; the most urgent first. */
export const expiringAt = (certificates: readonly DatedCertificate[], now: Date): readonly ExpiryWarning[] =>
  certificates
    .flatMap((certificate): ExpiryWarning[] => {
      const rest = certificate.notAfter.getTime() - now.getTime()
      const within = nearnessOf(rest)
      return within === undefined ? [] : [{ ...certificate, within, days: Math.floor(rest / DAY_MS) }]
    })
    .toSorted((one, other) => one.notAfter.getTime() - other.notAfter.getTime())

/** One fixed sentence for each step, for logs. */
export const expirySentence = (within: Nearness): string =>
  within === 0 ? 'a certificate has expired' : `a certificate ends within ${within} days`

/** Numbers only: this is said to whoever asks whether edno is ready. */
export const expirySummary = (warnings: readonly ExpiryWarning[]): string => {
  const parts = ([0, 7, 30, 60] as const).flatMap((within) => {
    const count = warnings.filter((warning) => warning.within === within).length
    if (count === 0) return []
    return [within === 0 ? `${count} expired` : `${count} within ${within} days`]
  })
  return parts.length === 0 ? 'ok' : `certificates that end: ${parts.join(', ')}`
}
