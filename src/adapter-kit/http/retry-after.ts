const DAY_MS = 86_400_000
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * Milliseconds that a registry asks to wait (RFC 9110 §10.2.3: seconds, or a date in its preferred form); `undefined` where it
 * does not say so legibly. A day at most: no header closes a registry for good.
 */
export function readRetryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined
  const text = header.trim()
  if (/^\d{1,10}$/.test(text)) return Math.min(DAY_MS, Number(text) * 1000)
  const at = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.min(DAY_MS, Math.max(0, at - now))
}
