import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { outcomesOf } from '../store/calls.ts'
import { exchangeWithPlan, type ExchangeWithPlan } from '../store/deferred.ts'
import { type ExchangeName, claimExchanges } from '../store/exchanges.ts'
import { decryptPayload } from '../store/payload-cipher.ts'
import type { Store } from '../store/store.ts'
import type { OnAlarm } from './alarm.ts'
import { type ExchangeKeys, keyOf, PAYLOAD } from './exchange-keys.ts'

/** What this process knows of those it could not close, and of those that are not to be taken now. */
export interface Recovering {
  readonly left?: readonly ExchangeName[]
  /** By the numbers of their rows. */
  readonly without?: readonly number[]
  readonly limit?: number
  /** Told of one that cannot be read, by the number of its row. */
  readonly onUnreadable?: (row: number) => void
}

/** One that was left open, and where its row is. */
export interface LeftExchange extends OpenedExchange {
  readonly row: number
}

/**
 * What was left open, oldest first, with the outcomes stored before: exchanges of processes that died, and this
 * process's own that are `left`, or whose deadline lies before `overdue`; never what a living process works on. One that
 * cannot be read is an alarm and does not keep the others from their end.
 */
export async function recover(
  store: Store,
  keys: ExchangeKeys,
  { overdue, onAlarm }: { readonly overdue: Date; readonly onAlarm: OnAlarm },
  { onUnreadable = () => undefined, ...which }: Recovering = {},
): Promise<LeftExchange[]> {
  const due = await claimExchanges(store.db, { owner: store.owner, overdue, ...which })
  const recovered: LeftExchange[] = []
  for (const row of due) {
    try {
      const found = await exchangeWithPlan(store.db, row.id)
      if (found !== undefined) recovered.push({ ...(await readOpened(store, keys, found)), row: row.id })
    } catch (error) {
      if (BrokerError.from(error).code === 'broker.log-unavailable') throw error
      onUnreadable(row.id)
      onAlarm({ kind: 'recovery-failed', error })
    }
  }
  return recovered
}

/** The plan of an exchange and the outcomes stored so far; where its rows are is known from then on. */
export async function readOpened(
  { db, cipher }: Pick<Store, 'db' | 'cipher'>,
  keys: ExchangeKeys,
  row: ExchangeWithPlan,
): Promise<OpenedExchange> {
  const key = await keyOf(cipher, row)
  if (key === undefined || row.plan_iv === null || row.plan_ciphertext === null)
    throw new BrokerError('broker.internal', `the plan of the exchange in row ${row.id} is gone`)
  const sealed = { iv: row.plan_iv, ciphertext: row.plan_ciphertext }
  const plan = JSON.parse(decryptPayload(key, PAYLOAD.plan, sealed).toString()) as ExchangePlan
  keys.holdPlace(plan, { exchange: row.id, key })
  const known = await outcomesOf(db, row.id, key)
  return {
    ...{ stage: 'opened', plan, known, resumed: { deferred: row.deferred_at !== null } },
    ...(row.cancelled_by === null ? {} : { cancelledBy: partyId(row.cancelled_by) }),
  }
}
