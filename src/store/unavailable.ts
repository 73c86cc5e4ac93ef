import pg from 'pg'
import { BrokerError } from '../problem/broker-error.ts'

/**
 * SQLSTATE classes and codes that say that the database cannot serve now: connection exceptions, operator
 * intervention (shutdown, starting up, statement timeout), insufficient resources (disk, memory, connections), system
 * errors, a server that became read-only, wrong credentials.
 */
const UNAVAILABLE = /^(?:08|57|53|58|28|3D|25006|25P03)/

/** `broker.log-unavailable` for what is no answer of a working database; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof BrokerError || isDefect(error)) return error
  if (error instanceof pg.DatabaseError && !UNAVAILABLE.test(error.code ?? '')) return error
  return new BrokerError('broker.log-unavailable', 'the database does not answer', { cause: error })
}

/** Ours, not the database's: a value that cannot be sent or read. */
const isDefect = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError
