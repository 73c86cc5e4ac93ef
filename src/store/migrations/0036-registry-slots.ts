import { type Kysely, type Migration, sql } from 'kysely'

/** How many questions of a registry each process may have out, so that all of them together never exceed what its owner says. */
export const registrySlotsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table registry_slots (
        registry text not null,
        owner integer not null,
        held integer not null check (held >= 0),
        wanted integer not null check (wanted >= 0),
        primary key (registry, owner)
      )`.execute(db)
    await createFairSlots(db)
    await createSharingSlots(db)
  },
}

/**
 * Whoever wants little has it, the others share the rest alike. What cannot be divided goes round, a second each: so does all of it where more
 * processes ask than there are slots.
 */
async function createFairSlots(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function fair_slots(the_registry text, me integer, most integer, out fair integer, out enough boolean)
    language plpgsql as $$
    declare
      left_over integer := most;
      many integer;
      mine integer;
      before_me integer;
      claim record;
    begin
      select count(*) into many from registry_slots where registry = the_registry;
      for claim in select wanted from registry_slots where registry = the_registry order by wanted loop
        exit when claim.wanted > left_over / many;
        left_over := left_over - claim.wanted;
        many := many - 1;
        exit when many = 0;
      end loop;
      select wanted into mine from registry_slots where registry = the_registry and owner = me;
      enough := many = 0;
      fair := mine;
      if not enough and mine > left_over / many then
        select count(*) into before_me from registry_slots
          where registry = the_registry and owner < me and wanted > left_over / many;
        fair := left_over / many;
        if (before_me + floor(extract(epoch from clock_timestamp()))::bigint) % many < left_over % many then
          fair := fair + 1;
        end if;
      end if;
    end $$`.execute(db)
}

/**
 * A process holds no more than the others leave, and gives up none in which a question is out: the sum never exceeds what the owner says. Those of the
 * dead are nobody's. Where nobody lacks any, it holds as many as would be its own if every living process asked, so that the next
 * question need not come here first. Not waiting for the disk: a crash of the database costs an owner a few questions, for a moment.
 */
async function createSharingSlots(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function share_slots(
      the_registry text, me integer, most integer, used integer, wish integer, out allowed integer, out contested boolean
    ) language plpgsql as $$
    declare
      room integer;
      share record;
    begin
      perform set_config('synchronous_commit', 'off', true);
      perform pg_advisory_xact_lock(1701080688, hashtext(the_registry));
      delete from registry_slots where registry = the_registry and owner <> me and owner not in (select living_owners());
      if used = 0 and wish = 0 then
        delete from registry_slots where registry = the_registry and owner = me;
        allowed := 0;
        contested := false;
        return;
      end if;
      insert into registry_slots (registry, owner, held, wanted) values (the_registry, me, used, least(wish, most))
        on conflict (registry, owner) do update set wanted = excluded.wanted;
      select most - coalesce(sum(held), 0), coalesce(bool_or(wanted > held), false) into room, contested
        from registry_slots where registry = the_registry and owner <> me;
      select * into share from fair_slots(the_registry, me, most);
      allowed := share.fair;
      if share.enough and not contested then
        allowed := greatest(allowed, most / greatest(1, (select count(*)::integer from living_owners())));
      end if;
      allowed := greatest(0, least(allowed, room));
      update registry_slots set held = greatest(used, allowed) where registry = the_registry and owner = me;
    end $$`.execute(db)
}
