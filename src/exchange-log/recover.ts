import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { outcomesOf } from '../store/calls.ts'
import { type ExchangeName, type ExchangeRow, claimExchanges } from '../store/exchanges.ts'
import { getPayload } from '../store/payloads.ts'
import type { Store } from '../store/store.ts'
import type { OnAlarm } from './alarm.ts'
import { keyOf, PAYLOAD } from './exchange-keys.ts'

/** This process's own: those it could not close, and those it is about to close. */
export interface Own {
  readonly left?: readonly ExchangeName[]
  readonly ending?: readonly number[]
}

/**
 * What was left open, oldest first, with the outcomes stored before: exchanges of processes that died, and this
 * process's own that are `left`, or whose deadline lies before `overdue`, without those it is `ending`; never what a
 * living process works on. One that cannot be read is an alarm and does not keep the others from their end.
 */
export async function recover(
  store: Store,
  onAlarm: OnAlarm,
  overdue: Date,
  { left = [], ending = [] }: Own = {},
): Promise<OpenedExchange[]> {
  const due = await claimExchanges(store.db, { owner: store.owner, overdue, left, ending })
  const recovered: OpenedExchange[] = []
  for (const row of due) {
    try {
      recovered.push(await readOpened(store, row))
    } catch (error) {
      if (BrokerError.from(error).code === 'broker.log-unavailable') throw error
      onAlarm({ kind: 'recovery-failed', error })
    }
  }
  return recovered
}

/** The plan of an exchange and the outcomes stored so far. */
export async function readOpened(store: Store, row: ExchangeRow): Promise<OpenedExchange> {
  const key = keyOf(store.cipher, row)
  const stored = key && (await getPayload(store.db, row.id, key, PAYLOAD.plan))
  if (key === undefined || stored === undefined)
    throw new BrokerError('broker.internal', `the plan of the exchange in row ${row.id} is gone`)
  const plan = JSON.parse(stored.toString()) as ExchangePlan
  const known = await outcomesOf(store.db, row.id, key)
  return {
    ...{ stage: 'opened', plan, known, resumed: { deferred: row.deferred_at !== null } },
    ...(row.cancelled_at === null ? {} : { cancelled: true }),
  }
}
