import { sql } from 'kysely'
import { BrokerError } from '../problem/broker-error.ts'
import type { Executor } from './tables/tables.ts'
import type { DiskFault } from './unavailable.ts'

/**
 * A database whose disk is full goes on reading: that it answers says nothing. What a statement was told is remembered,
 * also while the database is gone because of it, until something can be written again.
 */
export class DiskWatch {
  #fault: DiskFault | undefined

  note(fault: DiskFault): void {
    this.#fault = fault
  }

  /** `ok`, or the fault that lasts. Fails with `broker.log-unavailable` where the database does not answer for another reason. */
  async look(db: Executor): Promise<'ok' | DiskFault> {
    if (this.#fault === undefined) await sql`select 1`.execute(db)
    else if (await hasRoom(db)) this.#fault = undefined
    return this.#fault ?? 'ok'
  }
}

/** About a megabyte, so that one is not taken for ready by the room that a single row left. It is gone with the statement. */
async function hasRoom(db: Executor): Promise<boolean> {
  try {
    await sql`create temporary table edno_room on commit drop as select number from generate_series(1, 30000) as number`.execute(
      db,
    )
    return true
  } catch (error) {
    // A refusal for any other reason is an answer of a database that works.
    return !(error instanceof BrokerError)
  }
}
