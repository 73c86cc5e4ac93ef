import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { openSession } from './session.ts'
import { asUnavailable } from './unavailable.ts'

/** The first half of the advisory locks by which living processes are known; nothing else in the database uses it. */
export const OWNER_CLASS = 1_701_080_687
const LARGEST_INT4 = 2_147_483_647
const AGAIN_AFTER_MS = 1000
const LOOK_EVERY_MS = 2000
const ANSWERS_WITHIN_MS = 3000
const GOODBYE_MS = 1000

/** This process as the database knows it: exchanges bear its number while it works on them. */
export interface Owner {
  readonly id: number
  /** False from the moment in which it is found out that the session is gone until there is another one. */
  readonly isHeld: () => boolean
  readonly close: () => Promise<void>
}

/**
 * A lock of a session of its own, held for as long as the process lives: PostgreSQL itself tells others when it dies.
 * Looked at every two seconds, because a connection may be gone without anybody being told; one that breaks or does not
 * answer is opened again. Until then others may take this process for dead.
 */
export async function takeOwnership(databaseUrl: string): Promise<Owner> {
  const session = new OwnerSession(databaseUrl)
  try {
    await session.hold()
  } catch (error) {
    await session.close()
    throw asUnavailable(error)
  }
  return { id: session.id, isHeld: () => session.isHeld, close: () => session.close() }
}

class OwnerSession {
  readonly id = randomInt(1, LARGEST_INT4)
  readonly #databaseUrl: string
  #client: pg.Client | undefined
  #isHeld = false
  #again: NodeJS.Timeout | undefined
  #look: NodeJS.Timeout | undefined
  #closed = false

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  async hold(): Promise<void> {
    const client = openSession({
      databaseUrl: this.#databaseUrl,
      name: 'edno owner',
      answersWithinMs: ANSWERS_WITHIN_MS,
    })
    this.#client = client
    client.once('end', () => this.#lost(client))
    await client.connect()
    // A machine that loses its power says nothing: the server must find out by itself, within seconds.
    await client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3')
    // Ours from before, which the server may still take for alive; nobody else has this number.
    await client.query(ENDING_EARLIER, [OWNER_CLASS, this.id])
    await client.query('select pg_advisory_lock($1, $2)', [OWNER_CLASS, this.id])
    this.#isHeld = true
    this.#look = setTimeout(() => void this.#lookAt(client), LOOK_EVERY_MS).unref()
  }

  async #lookAt(client: pg.Client): Promise<void> {
    try {
      await client.query('select 1')
      if (client === this.#client && !this.#closed) this.#look?.refresh()
    } catch {
      this.#lost(client)
    }
  }

  /** Told by the end of the connection, by a look without an answer, or by a failed attempt; often by two of them. */
  #lost(client: pg.Client): void {
    if (client !== this.#client) return
    this.#isHeld = false
    this.#client = undefined
    clearTimeout(this.#look)
    // One that does not answer is not waited for.
    void client.end().catch(() => undefined)
    if (!this.#closed) this.#again = setTimeout(() => this.#holdAgain(), AGAIN_AFTER_MS).unref()
  }

  #holdAgain(): void {
    this.hold().catch(() => {
      if (this.#client !== undefined) this.#lost(this.#client)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#again)
    clearTimeout(this.#look)
    // A database that is gone does not say goodbye.
    await Promise.race([this.#client?.end().catch(() => undefined), pause(GOODBYE_MS, undefined, { ref: false })])
  }
}

const ENDING_EARLIER = `
  select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and classid = $1 and objid = $2 and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`
