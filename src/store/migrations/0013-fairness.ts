import { type Kysely, type Migration, sql } from 'kysely'

/** Whose calls wait in the queue: none may fill it, and each gets its turn. And what an operator said of an incident, committed to. */
export const fairnessMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table queued_call add column consumer text`.execute(db)
    await sql`
      update queued_call set consumer = exchange.consumer from exchange where exchange.id = queued_call.exchange`.execute(
      db,
    )
    await sql`alter table queued_call alter column consumer set not null`.execute(db)
    await sql`drop index queued_call_waiting`.execute(db)
    await sql`create index queued_call_waiting on queued_call (registry, due_at) where state = 'waiting'`.execute(db)
    await sql`
      create index queued_call_consumer on queued_call (consumer, registry, exchange)
      where state in ('waiting', 'running')`.execute(db)
    await sql`
      create function queue_ahead(the_consumer text, the_registry text, the_exchange bigint, the_call text)
      returns integer language sql stable as $$
        select count(*)::integer from queued_call
        where consumer = the_consumer and registry = the_registry and state in ('waiting', 'running')
          and (exchange, call) <> (the_exchange, the_call)
      $$`.execute(db)
    await sql`alter table incident add column reason_salt bytea`.execute(db)
    await sql`
      create index exchange_unanswered on exchange (consumer, received_at desc, id desc) where state <> 'closed'`.execute(
      db,
    )
  },
}
