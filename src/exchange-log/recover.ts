import type { ExchangePlan, OpenedExchange } from '../model/exchange.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { outcomesOf } from '../store/calls.ts'
import { type ExchangeRow, openExchanges } from '../store/exchanges.ts'
import { getPayload } from '../store/payloads.ts'
import type { Store } from '../store/store.ts'
import type { OnAlarm } from './alarm.ts'
import { keyOf, PAYLOAD } from './exchange-keys.ts'

/**
 * What a crash left open, oldest first, with the outcomes stored before it. One that cannot be read is an alarm and
 * does not keep the others from their end.
 *
 * @param dueBefore only exchanges whose deadline lies before this instant; those of other processes may still run.
 */
export async function recover(store: Store, onAlarm: OnAlarm, dueBefore?: Date): Promise<OpenedExchange[]> {
  const rows = await openExchanges(store.db)
  const due = rows.filter((row) => dueBefore === undefined || row.deadline < dueBefore)
  const recovered: OpenedExchange[] = []
  for (const row of due) {
    try {
      recovered.push(await recoverOne(store, row))
    } catch (error) {
      if (BrokerError.from(error).code === 'broker.log-unavailable') throw error
      onAlarm({ kind: 'recovery-failed', error })
    }
  }
  return recovered
}

async function recoverOne(store: Store, row: ExchangeRow): Promise<OpenedExchange> {
  const key = keyOf(store.cipher, row)
  const stored = key && (await getPayload(store.db, row.id, key, PAYLOAD.plan))
  if (key === undefined || stored === undefined)
    throw new BrokerError('broker.internal', `the plan of the open exchange in row ${row.id} is gone`)
  const plan = JSON.parse(stored.toString()) as ExchangePlan
  return { stage: 'opened', plan, known: await outcomesOf(store.db, row.id, key) }
}
