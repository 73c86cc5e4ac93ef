const SOFIA = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Sofia',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** ISO date of the calendar in Sofia: a grant begins and ends at midnight there. */
export const localDate = (at: Date): string => SOFIA.format(at)
