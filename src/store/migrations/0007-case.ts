import { type Kysely, type Migration, sql } from 'kysely'

/** Which cases of a consumer are open, and were. */
export const caseMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table case_file (
        id bigint generated always as identity primary key,
        consumer text not null,
        number text not null,
        opened_at timestamptz not null,
        opened_by text not null,
        closed_at timestamptz,
        closed_by text,
        check ((closed_at is null) = (closed_by is null))
      )`.execute(db)
    await sql`create unique index case_file_open on case_file (consumer, number) where closed_at is null`.execute(db)
    await sql`create index case_file_number on case_file (consumer, number, id)`.execute(db)
  },
}
