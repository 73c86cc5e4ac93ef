const SOFIA = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia', dateStyle: 'short' })

const HOUR_MS = 3_600_000

let last = { hour: Number.NaN, day: '' }

/** ISO date of an instant where the offices are. Asked several times for every exchange, and worked out once an hour. */
export function sofiaDay(at: Date): string {
  const hour = Math.floor(at.getTime() / HOUR_MS)
  // Days began at full hours of UTC there ever since clocks were set by zones, in 1894.
  if (hour !== last.hour || hour < 0) last = { hour, day: SOFIA.format(at) }
  return last.day
}

const DAY_MS = 24 * HOUR_MS

/** The instant at which the next day begins in Sofia. Clocks change there at three in the morning, never at midnight. */
export function nextSofiaDay(at: Date): Date {
  const tomorrow = new Date(Date.parse(`${sofiaDay(at)}T00:00:00Z`) + DAY_MS).getTime()
  const inSummer = new Date(tomorrow - 3 * HOUR_MS)
  return sofiaDay(inSummer) === sofiaDay(at) ? new Date(tomorrow - 2 * HOUR_MS) : inSummer
}
