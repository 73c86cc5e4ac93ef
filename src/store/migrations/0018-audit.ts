import { type Kysely, type Migration, sql } from 'kysely'
import { createCorrections, createUsage, indexRefusals } from './0018-usage.ts'

/** What readers of many exchanges look for: legal basis, official, registries, outcomes; and who read what. */
export const auditMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createKinds(db)
    await extendExchanges(db)
    await keepKindsTrue(db)
    await fillKinds(db)
    await indexExchanges(db)
    await createReads(db)
    await createUsage(db)
    await createCorrections(db)
    await indexRefusals(db)
  },
}

/**
 * Exchanges that are alike to whoever looks for service, legal basis, status, registry or outcome share one row here: there
 * are hundreds of kinds where there are millions of exchanges, so that every such question, and each of them together with
 * others, becomes a few places in one index. Marks are `registry:outcome`; `-` stands for a call that has not ended, other than one that became
 * several of its own, one for each item.
 */
async function createKinds(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exchange_kind (
      id integer generated always as identity primary key,
      service text not null,
      legal_basis text not null,
      status text not null,
      marks text[] not null,
      unique (service, legal_basis, status, marks)
    )`.execute(db)
  await sql`
    create function exchange_kind_of(the_service text, the_basis text, the_status text, the_marks text[])
    returns integer language plpgsql as $$
    declare
      found integer;
    begin
      loop
        select id into found from exchange_kind
          where service = the_service and legal_basis = the_basis and status = the_status and marks = the_marks;
        exit when found is not null;
        insert into exchange_kind (service, legal_basis, status, marks)
          values (the_service, the_basis, the_status, the_marks)
          on conflict do nothing returning id into found;
        exit when found is not null;
      end loop;
      return found;
    end $$`.execute(db)
  await sql`
    create function exchange_marks(the_exchange bigint) returns text[] language sql stable as $$
      select coalesce(array_agg(mark order by mark), '{}') from (
        select distinct (split_part(operation, '/', 1) || ':' || coalesce(outcome, '-')) collate "C" as mark
        from call where exchange = the_exchange and (outcome is not null or not exists (
          select from call as item where item.exchange = the_exchange and starts_with(item.name, call.name || '.')))
      ) as marked
    $$`.execute(db)
}

/** No foreign key on the kind: all exchanges would lock the same few rows. */
async function extendExchanges(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table exchange
      add column legal_basis text not null default '',
      add column official text check (official ~ '^[0-9a-f]{32}$'),
      add column kind integer`.execute(db)
}

/** A call that ends after its exchange was closed changes what that one is found by. */
async function keepKindsTrue(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function mark_late_end() returns trigger language plpgsql as $$
    begin
      update exchange
        set kind = exchange_kind_of(service, legal_basis, coalesce(status, ''), exchange_marks(id))
        where id = new.exchange and state = 'closed';
      return null;
    end $$`.execute(db)
  await sql`
    create trigger queued_call_ended after update of state on queued_call
      for each row when (old.state <> 'ended' and new.state = 'ended')
      execute function mark_late_end()`.execute(db)
}

/** Exchanges of before: their legal basis stands in the records of decisions; their officials are not known. */
async function fillKinds(db: Kysely<unknown>): Promise<void> {
  await sql`create index if not exists decision_exchange on decision (exchange)`.execute(db)
  await sql`
    update exchange set
      legal_basis = coalesce(basis.code, ''),
      kind = exchange_kind_of(same.service, coalesce(basis.code, ''), coalesce(same.status, ''), exchange_marks(same.id))
    from exchange as same
      left join lateral (
        select record::jsonb -> 'question' ->> 'legalBasis' as code from decision
        where decision.exchange = same.id order by decision.id limit 1
      ) as basis on true
    where same.id = exchange.id`.execute(db)
}

async function indexExchanges(db: Kysely<unknown>): Promise<void> {
  await sql`create index exchange_by_time on exchange (received_at desc, id desc)`.execute(db)
  await sql`create index exchange_by_kind on exchange (kind, received_at desc, id desc)`.execute(db)
  await sql`create index exchange_by_consumer_kind on exchange (consumer, kind, received_at desc, id desc)`.execute(db)
  await sql`create index exchange_by_official on exchange (official, received_at desc, id desc)`.execute(db)
  // A case is looked for with its consumer and without: one index serves both.
  await sql`drop index exchange_case`.execute(db)
  await sql`create index exchange_by_case on exchange (case_reference, received_at desc, id desc)`.execute(db)
}

/** The question of each reading and the salt of its commitment; the entry itself is in the log. */
async function createReads(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_read (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      party text not null,
      what text not null,
      question text not null,
      salt bytea not null check (length(salt) = 32)
    )`.execute(db)
}
