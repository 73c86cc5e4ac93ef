import type { ExchangePlan, ProvenRequest } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'

const DAY_MS = 86_400_000

/** Refuses with `service.hiding` an application that wants to be hidden where, or for longer than, the service does not allow it. */
export function hiddenUntilOf({
  application: { hiddenUntil: wished },
  known,
  receivedAt,
}: Pick<ProvenRequest, 'application' | 'known' | 'receivedAt'>): Pick<ExchangePlan, 'hiddenUntil'> {
  const { hiding } = known.definition
  if (hiding === undefined) {
    if (wished === undefined) return {}
    throw new BrokerError('service.hiding', 'Application/HiddenUntil: no exchange of this service is hidden')
  }
  const latest = new Date(receivedAt.getTime() + hiding.days * DAY_MS)
  const asked = wished === undefined ? undefined : new Date(wished)
  // A day that does not exist is neither before nor after another.
  if (asked !== undefined && !(asked <= latest))
    throw new BrokerError('service.hiding', `Application/HiddenUntil: ${hiding.days} days from now at most`)
  return until(hiding.always ? latest : asked)
}

const until = (at: Date | undefined): Pick<ExchangePlan, 'hiddenUntil'> =>
  at === undefined ? {} : { hiddenUntil: at.toISOString() }
