import { type Kysely, type Migration, sql } from 'kysely'

/**
 * Calls whose registries promised an answer: the number they gave. What proves that edno asked, and what it asked, is the payload
 * `promise:<call>`; what the registry sent of itself is `pushed:<call>`.
 */
export const promisedAnswerMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table promised_answer (
        exchange bigint not null references exchange,
        call text not null,
        registry text not null,
        operation text not null,
        reference text not null check (reference ~ '^[A-Za-z0-9._:/-]{1,100}$'),
        promised_at timestamptz not null,
        taken_at timestamptz,
        acknowledged_at timestamptz,
        acknowledge_due_at timestamptz,
        tries integer not null default 0,
        primary key (exchange, call)
      )`.execute(db)
    await sql`
      create index promised_answer_reference on promised_answer (registry, reference) where taken_at is null`.execute(
      db,
    )
    await sql`
      create index promised_answer_taken on promised_answer (acknowledge_due_at)
        where taken_at is not null and acknowledged_at is null`.execute(db)
  },
}
