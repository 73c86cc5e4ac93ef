import { type Kysely, type Migration, sql } from 'kysely'

/**
 * Whom exchanges were about, as keyed hashes: what auditors search by, and what answers „who asked about me". Exchanges of
 * before have none.
 */
export const personsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table person_mark (
        exchange bigint not null references exchange,
        part text not null check (part in ('applicant', 'representative', 'subject')),
        call text not null default '',
        kind text not null check (kind in ('egn', 'lnch', 'eik')),
        mark text not null check (mark ~ '^[0-9a-f]{32}$'),
        primary key (exchange, part, call, mark),
        check ((part = 'subject') = (call <> ''))
      )`.execute(db)
    await sql`create index person_mark_search on person_mark (mark, exchange)`.execute(db)
    await sql`alter table exchange add column hidden_until timestamptz`.execute(db)
  },
}
