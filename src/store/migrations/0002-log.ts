import { type Kysely, type Migration, sql } from 'kysely'

/** The exchange log: entries, tiles, checkpoints. Append-only, and the database itself says so. */
export const logMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createTables(db)
    await createGuards(db)
  },
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table log_entry (
      id bigint generated always as identity primary key,
      bytes bytea not null,
      leaf_hash bytea not null check (length(leaf_hash) = 32),
      event text not null,
      exchange bigint references exchange,
      index bigint unique check (index >= 0),
      integrated_at timestamptz,
      check ((index is null) = (integrated_at is null))
    )`.execute(db)
  await sql`create index log_entry_pending on log_entry (id) where index is null`.execute(db)
  await sql`create index log_entry_exchange on log_entry (exchange, id)`.execute(db)
  await sql`
    create table log_tile (
      level integer not null check (level >= 0),
      number bigint not null check (number >= 0),
      hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
      primary key (level, number)
    )`.execute(db)
  await sql`
    create table log_checkpoint (
      size bigint primary key check (size >= 0),
      root bytea not null check (length(root) = 32),
      note text not null,
      created_at timestamptz not null
    )`.execute(db)
}

async function createGuards(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function deny_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the exchange log is append-only: % on % is denied', tg_op, tg_table_name
        using errcode = 'restrict_violation';
    end $$`.execute(db)
  await sql`
    create function deny_entry_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the exchange log is append-only: an entry gets its index once, nothing else changes'
        using errcode = 'restrict_violation';
    end $$`.execute(db)
  await sql`
    create function allow_growth() returns trigger language plpgsql as $$
    begin
      if (new.level, new.number) is distinct from (old.level, old.number)
        or substr(new.hashes, 1, length(old.hashes)) <> old.hashes then
        raise exception 'the exchange log is append-only: a tile only grows'
          using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db)
  // Judged before a function is called at all: every entry is updated once, thousands in a batch.
  await sql`create trigger log_entry_update before update on log_entry for each row
    when (old.index is not null or new.index is null
      or (new.id, new.bytes, new.leaf_hash, new.event, new.exchange)
        is distinct from (old.id, old.bytes, old.leaf_hash, old.event, old.exchange))
    execute function deny_entry_change()`.execute(db)
  await sql`create trigger log_tile_update before update on log_tile
    for each row execute function allow_growth()`.execute(db)
  await sql`create trigger log_checkpoint_update before update on log_checkpoint
    for each row execute function deny_change()`.execute(db)
  for (const table of ['log_entry', 'log_tile', 'log_checkpoint']) {
    await sql`create trigger ${sql.id(`${table}_delete`)} before delete on ${sql.table(table)}
      for each row execute function deny_change()`.execute(db)
    await sql`create trigger ${sql.id(`${table}_truncate`)} before truncate on ${sql.table(table)}
      for each statement execute function deny_change()`.execute(db)
  }
}
