import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { attempt } from './log-fault.ts'
import type { NoteVerifier } from './note.ts'

/** Which heads: the one that the auditor kept, those that lie beside the newest, or those with time stamps. */
export type HeadKind = 'log.consistent' | 'heads.consistent' | 'stamps.hold'

/** A head of a size that the log passes on its way. */
export interface Waypoint extends Checkpoint {
  readonly what: HeadKind
  /** When somebody else saw it: what is under it was written by then. */
  readonly stampedAt?: Date
}

export interface ReadHeads {
  /** The smallest first. */
  readonly waypoints: readonly Waypoint[]
  /** Kinds of which one was not signed by the log's key, or cannot be read. */
  readonly unreadable: readonly HeadKind[]
}

export function readHeads(since: string | undefined, beside: readonly string[], key: NoteVerifier): ReadHeads {
  const notes = [
    ...(since === undefined ? [] : [{ what: 'log.consistent' as const, note: since }]),
    ...beside.map((note) => ({ what: 'heads.consistent' as const, note })),
  ]
  const read = notes.map(({ what, note }) => ({ what, head: headOf(note, key) }))
  const waypoints = read.flatMap(({ what, head }) => (head === undefined ? [] : [{ what, ...head }]))
  return {
    waypoints: waypoints.toSorted((a, b) => a.size - b.size),
    unreadable: read.flatMap(({ what, head }) => (head === undefined ? [what] : [])),
  }
}

/** Undefined where it is not this log's. */
export const headOf = (note: string, key: NoteVerifier): Checkpoint | undefined =>
  attempt(() => openCheckpoint(note, key))
