import type { LogSince } from '../model/log-since.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { Checkpoint } from './checkpoint.ts'
import { LogFault } from './log-fault.ts'
import { consistencyNodes, consistencyProof } from './merkle.ts'
import { verifyConsistency } from './merkle-verify.ts'
import { type NoteVerifier, noteVerifier } from './note.ts'
import { readHead, type StoredHead } from './stored-tree.ts'
import { TileCache } from './tile-cache.ts'
import { headOf } from './verified-heads.ts'

/**
 * Whether the log continues the head (a signed note) that somebody kept. Both heads must be signed by the log's key, and the
 * proof between them is made of the rows as they are now: nothing that this process remembers is believed.
 */
export async function sinceHead(db: Executor, vkey: string, kept: string | undefined): Promise<LogSince> {
  const key = noteVerifier(vkey)
  const before = kept === undefined ? undefined : headOf(kept, key)
  const since = before === undefined ? {} : { since: before.size }
  const newest = await soundHead(db, key)
  if (newest === undefined) return { whole: 'no', why: 'damaged', ...since }
  const head = { size: newest.size, note: newest.note }
  if (kept === undefined) return { whole: 'first', head }
  if (before === undefined) return { whole: 'no', why: 'foreign' }
  if (before.size > newest.size) return { whole: 'no', why: 'shorter', since: before.size }
  if (!(await isContinued(db, before, newest))) return { whole: 'no', why: 'changed', since: before.size }
  return { whole: 'yes', since: before.size, head }
}

/** Undefined where the row of the newest head is not what the log's key signed. */
async function soundHead(db: Executor, key: NoteVerifier): Promise<StoredHead | undefined> {
  try {
    return await readHead(db, key)
  } catch (error) {
    if (error instanceof LogFault) return undefined
    throw error
  }
}

async function isContinued(db: Executor, before: Checkpoint, { size, root }: StoredHead): Promise<boolean> {
  const { size: oldSize, root: oldRoot } = before
  try {
    const read = await new TileCache().readerFor(db, consistencyNodes(oldSize, size), size)
    return verifyConsistency({ oldSize, oldRoot, size, root, proof: consistencyProof(oldSize, size, read) })
  } catch (error) {
    // Tiles that are missing or too short prove nothing.
    if (error instanceof LogFault) return false
    throw error
  }
}
