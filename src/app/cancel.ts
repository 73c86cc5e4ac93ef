import { CANCELLED, completeCancelled } from '../exchange/cancel.ts'
import type { Broker } from '../http/broker.ts'
import type { ClosedExchange } from '../model/exchange.ts'
import { type ExchangeId, type PartyId, partyId, type ServiceRef } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangeRow } from '../store/exchanges.ts'
import { exchangeRow } from '../store/deferred.ts'
import { giveHint } from '../store/hints.ts'
import { cancelExchange } from '../store/promises.ts'
import { type ExchangeDeskParts, rowOf } from './exchange-desk.ts'

/** Takes an exchange back: for whoever could have sent it. */
export const exchangeCanceller =
  (parts: ExchangeDeskParts): Broker['cancel'] =>
  async (sender, id) => {
    const row = await found(await rowOf(sender, id, parts), parts)
    requireSender(sender, row, parts)
    return parts.running.track(() => cancel(sender, row, parts))
  }

/** As for the application itself: the consumer, or whoever may hand in for it what this service asks. */
function requireSender(sender: PartyId, row: ExchangeRow, { has, ports }: ExchangeDeskParts): void {
  const consumer = partyId(row.consumer)
  const service = has.rules.catalogue.services.get(row.service as ServiceRef)?.definition
  if (sender !== consumer && !ports.mayHandIn(sender, consumer, service))
    throw new BrokerError('access.delegation', `${sender} takes back nothing of this service for ${consumer}`)
}

async function cancel(by: PartyId, row: ExchangeRow, parts: ExchangeDeskParts): Promise<ClosedExchange> {
  const { has, ports } = parts
  const { db, owner } = has.store
  const consumer = partyId(row.consumer)
  const id = row.exchange_id as ExchangeId
  const taken = await cancelExchange(db, row.id, { by, at: has.clock(), owner, problem: CANCELLED })
  if (taken) {
    parts.stops.stop(row.id)
    await giveHint(db, { kind: 'exchange', exchange: row.id }).catch(() => undefined)
    const stored = await has.log.later.stored(row.id)
    if (stored === undefined) throw new BrokerError('broker.internal', 'the plan of an open exchange is gone')
    return completeCancelled(stored.opened, ports)
  }
  const { cancelled_at: before } = await found(row.id, parts)
  if (before === null) throw new BrokerError('exchange.closed', 'its answer was there before')
  const closed = await has.log.exchangeOf(consumer, id)
  if (closed?.stage !== 'closed') throw new BrokerError('broker.internal', 'an exchange left the store')
  return closed
}

async function found(row: number, { has }: ExchangeDeskParts): Promise<ExchangeRow> {
  const exchange = await exchangeRow(has.store.db, row)
  if (exchange === undefined) throw new BrokerError('broker.internal', 'an exchange left the store')
  return exchange
}
