import type { NewLogEntry } from '../store/log-entries.ts'
import type { IncidentCause } from '../store/tables/incident.ts'
import { commit } from './commitment.ts'
import { entryBytes, type IncidentEntry, type LateEntry } from './entry.ts'
import { base64url } from './exchange-keys.ts'
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

/** The operator's words, of which only a commitment is written, and what opens that. */
export interface IncidentReason {
  readonly text: string
  readonly salt: Uint8Array
}

export interface IncidentChange {
  readonly change: IncidentEntry['change']
  readonly cause: IncidentCause
  /** A code of the problem table. */
  readonly problem?: string | undefined
  readonly reason?: IncidentReason
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
    ...(reason === undefined ? {} : { reasonCommit: base64url(commit(reason.salt, Buffer.from(reason.text))) }),
  })

function logged(entry: LateEntry | IncidentEntry): NewLogEntry {
  const bytes = entryBytes(entry)
  return { bytes, leafHash: leafHash(bytes), event: entry.event }
}
