import { type Kysely, type Migration, sql } from 'kysely'

/** What was decided for whom, and why. Append-only, and the database itself says so. */
export const decisionMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table decision (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        exchange bigint references exchange,
        record text not null
      )`.execute(db)
    await sql`create index decision_at on decision (at, id)`.execute(db)
    await sql`
      create function deny_decision_change() returns trigger language plpgsql as $$
      begin
        raise exception 'decisions are append-only: % is denied', tg_op using errcode = 'restrict_violation';
      end $$`.execute(db)
    await sql`create trigger decision_change before update or delete on decision
      for each row execute function deny_decision_change()`.execute(db)
    await sql`create trigger decision_truncate before truncate on decision
      for each statement execute function deny_decision_change()`.execute(db)
  },
}
