import { createHash } from 'node:crypto'
import type { NewLogEntry } from '../store/log-entries.ts'
import type { IncidentCause } from '../store/tables/incident.ts'
import { entryBytes, type IncidentEntry, type LateEntry } from './entry.ts'
import { leafHash } from './merkle.ts'

/** What every entry about one call names. */
interface OfCall {
  readonly exchangeId: string
  readonly consumer: string
  readonly call: string
  readonly operation: string
}

/** A supplement was signed; the entry commits to its bytes. */
export const lateEntry = (
  { exchangeId, consumer, call, operation }: OfCall,
  {
    outcome,
    supplementCommit,
    received,
    at,
  }: Pick<LateEntry, 'outcome' | 'supplementCommit' | 'received'> & {
    readonly at: Date
  },
): NewLogEntry =>
  logged({
    v: 1,
    time: at.toISOString(),
    event: 'late',
    ...{ exchangeId, consumer, call, operation, outcome, supplementCommit },
    ...(received === undefined ? {} : { received }),
  })

export interface IncidentChange {
  readonly change: IncidentEntry['change']
  readonly cause: IncidentCause
  /** A code of the problem table. */
  readonly problem?: string | undefined
  /** The operator's words; only their digest is written. */
  readonly reason?: string
  readonly at: Date
}

/** An incident was opened, retried or closed. */
export const incidentEntry = (
  { exchangeId, consumer, call, operation }: OfCall,
  { change, cause, problem, reason, at }: IncidentChange,
): NewLogEntry =>
  logged({
    v: 1,
    time: at.toISOString(),
    event: 'incident',
    ...{ exchangeId, consumer, call, operation, change, cause },
    ...(problem === undefined ? {} : { problem }),
    ...(reason === undefined ? {} : { reason: createHash('sha256').update(reason).digest('hex') }),
  })

function logged(entry: LateEntry | IncidentEntry): NewLogEntry {
  const bytes = entryBytes(entry)
  return { bytes, leafHash: leafHash(bytes), event: entry.event }
}
