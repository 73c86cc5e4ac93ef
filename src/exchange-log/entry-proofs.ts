import { evidenceHead } from '../store/evidence-heads.ts'
import type { LogEntryRow } from '../store/log-entries.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { Integrator } from './integrator.ts'
import { LogFault } from './log-fault.ts'
import { inclusionNodes, inclusionProof, leafHash } from './merkle.ts'
import { verifyInclusion } from './merkle-verify.ts'
import { writeTlogProof } from './tlog-proof.ts'

/** An entry with the proof that it stands in the log. */
export interface ProvenEntry {
  readonly event: string
  readonly bytes: Buffer
  readonly index: number
  /** C2SP tlog-proof, as text. */
  readonly proof: string
}

export interface ProvenEntries {
  readonly entries: readonly ProvenEntry[]
  /** The signed note that all proofs lead to; absent where none of the entries is integrated. */
  readonly checkpoint?: string
  /** Time stamp over its text: the token. */
  readonly headStamp?: Uint8Array
}

/**
 * Proofs under the first checkpoint that holds all of them and was stamped, or cosigned where none was: whoever asks again is
 * given the same, however the log has grown since. Entries that are not integrated are left out.
 */
export async function proveEntries(
  db: Executor,
  integrator: Pick<Integrator, 'cache' | 'reportDamage'>,
  rows: readonly LogEntryRow[],
): Promise<ProvenEntries> {
  const placed = rows.flatMap(({ event, bytes, index }) => (index === null ? [] : [{ event, bytes, index }]))
  const last = Math.max(-1, ...placed.map(({ index }) => index))
  const head = last < 0 ? undefined : await evidenceHead(db, last)
  if (head === undefined) return { entries: [] }
  const { size, root, note, stamp } = head
  const nodes = placed.flatMap(({ index }) => inclusionNodes(index, size))
  const read = await integrator.cache.readerFor(db, nodes, size)
  const prove = (entry: (typeof placed)[number]): ProvenEntry => {
    const path = inclusionProof(entry.index, size, read)
    const leaf = leafHash(entry.bytes)
    if (!verifyInclusion({ index: entry.index, size, leaf, root, proof: path }))
      throw new LogFault('log-damaged', `the tiles do not lead from entry ${entry.index} to the signed root`)
    return { ...entry, proof: writeTlogProof({ index: entry.index, path, checkpoint: note }) }
  }
  try {
    return { entries: placed.map(prove), checkpoint: note, ...(stamp === null ? {} : { headStamp: stamp }) }
  } catch (error) {
    if (error instanceof LogFault) integrator.reportDamage(error)
    throw error
  }
}
