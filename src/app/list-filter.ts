import type { ExchangeFilter } from '../model/exchange-list.ts'
import { requireCaseNumber } from '../policy/case-number.ts'
import { BrokerError } from '../problem/broker-error.ts'

/** Addresses stand in logs of proxies and in histories of browsers: nobody's number is looked for in them. */
export function requireSound({ case: number, from, to }: ExchangeFilter): void {
  if (number !== undefined) requireCaseNumber(number, 'request.parameter')
  for (const [name, text] of Object.entries({ from, to }))
    if (text !== undefined && !isMoment(text))
      throw new BrokerError('request.parameter', `${name}: a date and time with offset is expected`)
  // Nothing lies in such a period: that nobody asked would be told of dates that were exchanged.
  if (from !== undefined && to !== undefined && Date.parse(to) < Date.parse(from))
    throw new BrokerError('request.parameter', 'to: lies before from')
}

/** One that the database knows as well: JavaScript takes the 30th of February for a day of March. */
function isMoment(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  const offset = Number(/[+-](\d\d):\d\d$/.exec(text)?.[1] ?? 0)
  return (
    !Number.isNaN(Date.parse(text)) &&
    day.getUTCFullYear() > 0 &&
    day.toISOString().startsWith(text.slice(0, 10)) &&
    offset < 15
  )
}
