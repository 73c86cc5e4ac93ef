import { randomInt } from 'node:crypto'
import pg from 'pg'
import { asUnavailable } from './unavailable.ts'

/** The first half of the advisory locks by which living processes are known; nothing else in the database uses it. */
export const OWNER_CLASS = 1_701_080_687
const LARGEST_INT4 = 2_147_483_647
const AGAIN_AFTER_MS = 1000

/** This process as the database knows it: exchanges bear its number while it works on them. */
export interface Owner {
  readonly id: number
  readonly close: () => Promise<void>
}

/**
 * A lock of a session of its own, held for as long as the process lives: PostgreSQL itself tells others when it dies.
 * A session that breaks is opened again; until then others may take this process for dead.
 */
export async function takeOwnership(databaseUrl: string): Promise<Owner> {
  const id = randomInt(1, LARGEST_INT4)
  let session: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const again = (): void => {
    // A failed attempt tells twice: by its promise and by its end.
    if (closed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      hold().catch(again)
    }, AGAIN_AFTER_MS).unref()
  }
  const hold = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true, application_name: 'edno owner' })
    client.on('error', () => undefined)
    client.once('end', again)
    await client.connect()
    // A machine that loses its power says nothing: the server must find out by itself, within seconds.
    await client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3')
    await client.query('select pg_advisory_lock($1, $2)', [OWNER_CLASS, id])
    session = client
  }
  try {
    await hold()
  } catch (error) {
    closed = true
    clearTimeout(timer)
    throw asUnavailable(error)
  }
  return {
    id,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await session?.end().catch(() => undefined)
    },
  }
}
