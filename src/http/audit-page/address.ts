import { type ExchangeFilter, type ExchangeName } from '../../model/exchange-list.ts'
import { nextSofiaDay, sofiaDay } from '../../model/sofia-day.ts'
import { BrokerError } from '../../problem/broker-error.ts'

/** What a filter is made of, as it stands in the address; days are those of the calendar in Sofia, both included. */
export const FILTER_NAMES = [
  ...(['from', 'to', 'consumer', 'service', 'registry', 'official'] as const),
  ...(['outcome', 'status', 'case', 'legalBasis', 'id'] as const),
] as const
export type FilterName = (typeof FILTER_NAMES)[number]
export type PageFilter = Readonly<Partial<Record<FilterName, string>>>

/** Everything that an address of the page may say. */
export interface PageQuery extends PageFilter {
  readonly lang?: 'bg' | 'en'
  /** Whose exchange it is that is shown. */
  readonly of?: string
  readonly after?: string
}

/** What stays from page to page. */
export const kept = (query: PageQuery): PageQuery => {
  const names = [...FILTER_NAMES, 'lang'] as const
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
}

const HALF_A_DAY_MS = 43_200_000

/** The first instant of a day in Sofia, or of the one after it. */
function dayIn(name: string, day: string, which: 'begins' | 'is over'): Date {
  const noon = new Date(`${day}T12:00:00Z`)
  if (Number.isNaN(noon.getTime()) || !noon.toISOString().startsWith(day))
    throw new BrokerError('request.parameter', `${name}: there is no such day`)
  return nextSofiaDay(which === 'is over' ? noon : new Date(noon.getTime() - 2 * HALF_A_DAY_MS))
}

/** The filter that the rest of edno knows; undefined where no period is named. */
export function filterOf({ from, to, ...rest }: PageFilter): ExchangeFilter | undefined {
  if (from === undefined || to === undefined) return undefined
  const named = FILTER_NAMES.filter((name) => name !== 'from' && name !== 'to' && rest[name] !== undefined)
  return {
    from: dayIn('from', from, 'begins').toISOString(),
    to: dayIn('to', to, 'is over').toISOString(),
    ...(Object.fromEntries(named.map((name) => [name, rest[name as keyof typeof rest]])) as ExchangeFilter),
  }
}

const WEEK_MS = 6 * 2 * HALF_A_DAY_MS

/** What the form proposes: today and the six days before. */
export const lastWeek = (now: Date): { readonly from: string; readonly to: string } => ({
  from: sofiaDay(new Date(now.getTime() - WEEK_MS)),
  to: sofiaDay(now),
})

function address(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said).toString()}`
}

export const listAddress = (query: PageQuery, more: PageQuery = {}): string =>
  address('/audit', { ...kept(query), ...more })

export const exchangeAddress = (query: PageQuery, { exchangeId, consumer }: ExchangeName): string =>
  address(`/audit/exchanges/${exchangeId}`, { ...kept(query), of: consumer })

export const verificationAddress = (query: PageQuery, { exchangeId, consumer }: ExchangeName): string =>
  address(`/audit/exchanges/${exchangeId}/verification`, { ...kept(query), of: consumer })

export const evidenceAddress = ({ exchangeId, consumer }: ExchangeName): string =>
  address(`/v1/exchanges/${exchangeId}/evidence`, { consumer })

/** The whole list as a table. */
export const tableAddress = (filter: ExchangeFilter): string =>
  address('/v1/audit/exchanges', { ...filter, format: 'csv' })
