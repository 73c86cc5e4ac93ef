import { type Kysely, type Migration, sql } from 'kysely'

/** What the operator's files granted when it was decided on it: decisions name these by their digest. Append-only, as decisions are. */
export const grantDocumentMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table grant_document (
        digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
        content text not null,
        kept_at timestamptz not null default now()
      )`.execute(db)
    await sql`
      create function deny_grant_change() returns trigger language plpgsql as $$
      begin
        raise exception 'documents of grants are append-only: % is denied', tg_op using errcode = 'restrict_violation';
      end $$`.execute(db)
    await sql`create trigger grant_document_change before update or delete on grant_document
      for each row execute function deny_grant_change()`.execute(db)
    await sql`create trigger grant_document_truncate before truncate on grant_document
      for each statement execute function deny_grant_change()`.execute(db)
  },
}
