import { BrokerError } from '../problem/broker-error.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Who is subscribed to already is not subscribed to again. @returns the id that the portal knows it by. */
export async function subscribe(db: Executor, portal: string, mark: string): Promise<string> {
  const { rows } = await statement<{ id: string }>`
    insert into portal_subscription (portal, mark) values (${portal}, ${mark})
    on conflict (mark, portal) do update set portal = excluded.portal
    returning id`.execute(db)
  const [row] = rows
  if (row === undefined) throw new BrokerError('broker.internal', 'a subscription was not written')
  return row.id
}

export async function isSubscribed(db: Executor, portal: string, id: string): Promise<boolean> {
  const { rows } = await statement<{ id: string }>`
    select id from portal_subscription where id = ${id} and portal = ${portal}`.execute(db)
  return rows.length > 0
}

/** What waits to be told of it is gone too; another portal's stays. */
export async function unsubscribe(db: Executor, portal: string, id: string): Promise<void> {
  await statement`delete from portal_subscription where id = ${id} and portal = ${portal}`.execute(db)
}
