import { sql } from 'kysely'
import { LauncherError } from './launcher-error.ts'
import type { Executor } from './tables/tables.ts'

/** Connections of the database, as far as they can be edno's. */
interface Room {
  /** Of all of them, those that this user may open in this database. */
  readonly limit: number
  /** Processes of edno that live on this database, this one among them. */
  readonly processes: number
  /** Held by anybody else on the same server now. */
  readonly strangers: number
}

/**
 * Can the database give what this process may take at its busiest? Refused where it never can; told where it cannot as soon
 * as all processes are busy that live now, each taken to want as many as this one.
 *
 * @throws LauncherError
 */
export async function requireConnections(
  db: Executor,
  mayTake: number,
  onNotice: (text: string) => void,
): Promise<void> {
  const { limit, processes, strangers } = await readRoom(db)
  if (mayTake > limit)
    throw new LauncherError(
      `The database cannot be used: this process may take ${mayTake} connections, and the database gives it ${limit} at ` +
        'most. Raise max_connections (or the limit of the user or the database).',
    )
  const wanted = processes * mayTake + strangers
  if (wanted > limit)
    onNotice(
      `The database gives ${limit} connections; ${processes} processes of edno may take ${processes * mayTake} of them, and ` +
        `others hold ${strangers}. Raise max_connections before the load does.`,
    )
}

/** A superuser is held to no limit but that of the server, of which some places are kept for it. */
async function readRoom(db: Executor): Promise<Room> {
  const { rows } = await sql<Room>`
    select processes::integer, greatest(0, held - ours)::integer as strangers,
      case when rolsuper then most else least(
        most - reserved,
        case when datconnlimit < 0 then most else datconnlimit end,
        case when rolconnlimit < 0 then most else rolconnlimit end) end as limit
    from pg_roles, pg_database,
      lateral (select current_setting('max_connections')::integer as most,
        current_setting('superuser_reserved_connections')::integer
          + coalesce(current_setting('reserved_connections', true)::integer, 0) as reserved) as settings,
      lateral (select sum(numbackends) as held from pg_stat_database) as everybody,
      lateral (select count(*) as ours, count(*) filter (where application_name = 'edno owner' and datname = current_database())
        as processes from pg_stat_activity where application_name like 'edno%') as known
    where rolname = current_user and pg_database.datname = current_database()`.execute(db)
  const [room] = rows
  if (room === undefined) throw new LauncherError('The database does not tell its settings.')
  return room
}
