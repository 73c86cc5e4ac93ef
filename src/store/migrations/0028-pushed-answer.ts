import { type Kysely, type Migration, sql } from 'kysely'

/**
 * What a registry sent of itself (`pushed:<call>`) goes with the end of its call, whatever that is and whoever brings it about. How
 * often such a message wakes its call is bounded by `woken_at`.
 */
export const pushedAnswerMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table promised_answer add column woken_at timestamptz`.execute(db)
    await sql`
      delete from payload
      using promised_answer
      join call on call.exchange = promised_answer.exchange and call.name = promised_answer.call
      where payload.exchange = promised_answer.exchange and payload.kind = 'pushed:' || promised_answer.call
        and call.state = 'ended'`.execute(db)
    await sql`
      create function forget_pushed_answer() returns trigger language plpgsql as $$
      begin
        delete from payload where exchange = new.exchange and kind = 'pushed:' || new.name;
        return null;
      end $$`.execute(db)
    await sql`
      create trigger call_ending after update of state on call
        for each row when (old.state <> 'ended' and new.state = 'ended')
        execute function forget_pushed_answer()`.execute(db)
  },
}
