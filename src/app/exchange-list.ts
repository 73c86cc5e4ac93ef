import type { Broker } from '../http/broker.ts'
import type { ExchangeFilter } from '../model/exchange-progress.ts'
import { holdsIdentifier } from '../policy/agreement/holds-identifier.ts'
import { readableBy } from '../policy/may-read.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { listExchanges, placeInList } from '../store/exchange-list.ts'
import type { Capabilities } from './ports.ts'

/** A party's own exchanges, and those of the parties that it is a recorded delegate of. */
export const exchangeLister =
  ({ store, rules }: Pick<Capabilities, 'store' | 'rules'>): Broker['listExchanges'] =>
  async (reader, filter, { limit, after }) => {
    requireSound(filter)
    const consumers = readableBy(rules.governance, reader)
    const place = after === undefined ? undefined : await placeInList(store.db, consumers, after)
    if (after !== undefined && place === undefined)
      throw new BrokerError('request.parameter', 'after: not one of the exchanges that are listed')
    const found = await listExchanges(store.db, {
      ...filter,
      consumers,
      // One more than fits shows whether there is a next page.
      limit: limit + 1,
      ...(place === undefined ? {} : { after: place }),
    })
    const exchanges = found.slice(0, limit)
    const last = exchanges.at(-1)
    return { exchanges, ...(found.length > limit && last !== undefined ? { next: last.exchangeId } : {}) }
  }

/** Addresses stand in logs of proxies and in histories of browsers: nobody's number is looked for in them. */
function requireSound({ case: number, from, to }: ExchangeFilter): void {
  if (number !== undefined && holdsIdentifier(number))
    throw new BrokerError(
      'request.parameter',
      'case: the number of a case is expected, this looks like that of a person',
    )
  for (const [name, text] of Object.entries({ from, to }))
    if (text !== undefined && !isMoment(text))
      throw new BrokerError('request.parameter', `${name}: a date and time with offset is expected`)
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
