import { type Kysely, type Migration, sql } from 'kysely'

/** What others say of the log's heads: cosignatures of witnesses and time stamps. And which process asks for them. */
export const headsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table log_cosignature (
        size bigint not null references log_checkpoint,
        witness text not null,
        line text not null check (line like '— %' and right(line, 1) = chr(10)),
        cosigned_at timestamptz not null,
        primary key (size, witness)
      )`.execute(db)
    await sql`create index log_cosignature_witness on log_cosignature (witness, size)`.execute(db)
    await sql`
      create table log_stamp (
        size bigint primary key references log_checkpoint,
        token bytea not null,
        stamped_at timestamptz not null,
        created_at timestamptz not null
      )`.execute(db)
    await sql`
      create table log_duty (
        duty text primary key,
        owner bigint not null,
        until timestamptz not null,
        trouble text,
        fork text
      )`.execute(db)
    for (const table of ['log_cosignature', 'log_stamp'])
      for (const [name, when, each] of GUARDS)
        await sql`create trigger ${sql.id(`${table}_${name}`)} before ${sql.raw(when)} on ${sql.table(table)}
          for each ${sql.raw(each)} execute function deny_change()`.execute(db)
  },
}

const GUARDS = [
  ['change', 'update or delete', 'row'],
  ['truncate', 'truncate', 'statement'],
] as const
