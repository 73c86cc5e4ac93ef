import { type Kysely, type Migration, sql } from 'kysely'

/** Promises of the log that left with answers, and what of them was kept; and the last word on the keys, looked for at every start. */
export const logPromiseMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // No foreign key: that the entry is not there any more is what has to be found out.
    await sql`
      create table log_promise (
        entry bigint primary key,
        leaf_hash bytea not null check (length(leaf_hash) = 32),
        made_at timestamptz not null,
        due_at timestamptz not null,
        kept_at timestamptz,
        broken_at timestamptz
      )`.execute(db)
    await sql`create index log_promise_open on log_promise (due_at) where kept_at is null`.execute(db)
    await sql`create index log_promise_broken on log_promise (entry) where broken_at is not null`.execute(db)
    await sql`create index log_entry_key on log_entry (id) where event = 'key'`.execute(db)
  },
}
