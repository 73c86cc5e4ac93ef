import pg from 'pg'
import { BrokerError } from '../problem/broker-error.ts'

/**
 * SQLSTATE classes and codes that say that the database cannot serve now: connection exceptions, operator
 * intervention (shutdown, starting up, statement timeout), insufficient resources (disk, memory, connections), system
 * errors, a server that became read-only, wrong credentials.
 */
const UNAVAILABLE = /^(?:08|57|53|58|28|3D|25006|25P03)/

/** Why a database that answers cannot write. */
export type DiskFault = 'disk-full' | 'io-error'

const DISK_FAULTS: ReadonlyMap<string, DiskFault> = new Map([
  ['53100', 'disk-full'],
  ['58030', 'io-error'],
])

const DETAILS: Readonly<Record<DiskFault, string>> = {
  'disk-full': 'the disk of the database is full',
  'io-error': 'the disk of the database cannot be written or read',
}

const saidOf = (error: unknown): string =>
  error instanceof NoneFree ? 'no connection to the database was free' : 'the database does not answer'

/** What PostgreSQL says of its disk; undefined for any other error. */
export const diskFaultOf = (error: unknown): DiskFault | undefined =>
  error instanceof pg.DatabaseError ? DISK_FAULTS.get(error.code ?? '') : undefined

/** `broker.log-unavailable` for what is no answer of a working database; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof BrokerError || isDefect(error)) return error
  if (error instanceof pg.DatabaseError && !UNAVAILABLE.test(error.code ?? '')) return error
  const fault = diskFaultOf(error)
  const detail = fault === undefined ? saidOf(error) : DETAILS[fault]
  return new BrokerError('broker.log-unavailable', detail, { cause: error })
}

/** The database answers, and all connections to it were in use for as long as one is waited for. */
export class NoneFree extends Error {
  override readonly name = 'NoneFree'
}

/** `broker.overloaded` where nothing is wrong but that too much is asked for at once; for whom nothing was begun yet. */
export const asOverloaded = (error: unknown): unknown =>
  error instanceof BrokerError && error.cause instanceof NoneFree
    ? new BrokerError('broker.overloaded', error.detail, { cause: error })
    : error

/** Ours, not the database's: a value that cannot be sent or read. */
const isDefect = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError
