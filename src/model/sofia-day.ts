const SOFIA = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia', dateStyle: 'short' })

/** ISO date of an instant where the offices are. */
export const sofiaDay = (at: Date): string => SOFIA.format(at)

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The instant at which the next day begins in Sofia. Clocks change there at three in the morning, never at midnight. */
export function nextSofiaDay(at: Date): Date {
  const tomorrow = new Date(Date.parse(`${sofiaDay(at)}T00:00:00Z`) + DAY_MS).getTime()
  const inSummer = new Date(tomorrow - 3 * HOUR_MS)
  return sofiaDay(inSummer) === sofiaDay(at) ? new Date(tomorrow - 2 * HOUR_MS) : inSummer
}
