import { cosignedCheckpoint, lastCosignedSize, putCosignature } from '../store/log-cosignatures.ts'
import { latestLogCheckpoint } from '../store/log-checkpoints.ts'
import { getLogTiles } from '../store/log-tiles.ts'
import type { Executor } from '../store/tables/tables.ts'
import { writeAddCheckpoint } from './add-checkpoint.ts'
import type { WitnessCaller, WitnessReply } from './ask-witness.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { type CosignatureVerifier, cosignaturesOf } from './cosignature.ts'
import { attempt, LogFault } from './log-fault.ts'
import { consistencyNodes, consistencyProof } from './merkle.ts'
import type { NoteVerifier } from './note.ts'
import { judgeHead, type StoredHead } from './stored-tree.ts'
import { edgeTilesOf, Tile } from './tile.ts'
import { TileCache } from './tile-cache.ts'
import { TileTree } from './tile-tree.ts'

/** A witness that edno asks. */
export interface AskedWitness {
  /** Under which the operator knows it. */
  readonly name: string
  readonly key: CosignatureVerifier
  readonly caller: WitnessCaller
}

/** Why a witness cosigned nothing. `refused`: it does not know the log, or not its key; `unproven`: it takes no proof. */
export type WitnessTrouble = 'no-answer' | 'bad-answer' | 'refused' | 'unproven'

export interface CosigningParts {
  readonly db: Executor
  readonly log: NoteVerifier
  readonly witnesses: readonly AskedWitness[]
  /** Told when a witness begins or ceases to be in trouble. */
  readonly onTrouble: (witness: string, trouble: WitnessTrouble | undefined) => void
}

/** What is known of a witness in this process. */
interface Standing {
  /** Size of the head that it cosigned last; undefined before it was asked. */
  size: number | undefined
  trouble: WitnessTrouble | undefined
  fork: LogFault | undefined
  notBefore: number
  asking: boolean
}

const NOTHING_KNOWN: Standing = { size: undefined, trouble: undefined, fork: undefined, notBefore: 0, asking: false }

const AGAIN_AFTER_MS = 5000

/**
 * Has the newest head cosigned by each witness, off the way of every exchange: one question to one witness at a time. A
 * witness that remembers more than the rows do, or something else, is how edno finds that its own log was replaced.
 */
export class Cosigning {
  readonly #parts: CosigningParts
  readonly #standings = new Map<AskedWitness, Standing>()

  constructor(parts: CosigningParts) {
    this.#parts = parts
    for (const witness of parts.witnesses) this.#standings.set(witness, { ...NOTHING_KNOWN })
  }

  /** What proves that this log is not the one that a witness saw. */
  get fork(): LogFault | undefined {
    return [...this.#standings.values()].find(({ fork }) => fork !== undefined)?.fork
  }

  /** Name of each witness that is in trouble, with the trouble. */
  get troubles(): readonly string[] {
    return [...this.#standings].flatMap(([{ name }, { trouble }]) =>
      trouble === undefined ? [] : [`${name}: ${trouble}`],
    )
  }

  /** Asks whoever was not asked about the newest head yet. */
  async round(): Promise<void> {
    const { db, log } = this.#parts
    const row = await latestLogCheckpoint(db)
    if (row === undefined || this.#standings.size === 0) return
    const head = judgeHead(row, log)
    await Promise.all([...this.#standings].map(([witness, standing]) => this.#askIfDue(witness, standing, head)))
  }

  async #askIfDue(witness: AskedWitness, standing: Standing, head: StoredHead): Promise<void> {
    if (standing.asking || standing.size === head.size || performance.now() < standing.notBefore) return
    standing.asking = true
    try {
      const trouble = await this.#ask(witness, standing, head)
      if (trouble !== undefined) standing.notBefore = performance.now() + AGAIN_AFTER_MS
      if (trouble !== standing.trouble) this.#parts.onTrouble(witness.name, trouble)
      standing.trouble = trouble
    } finally {
      standing.asking = false
    }
  }

  async #ask(witness: AskedWitness, standing: Standing, head: StoredHead): Promise<WitnessTrouble | undefined> {
    const believed = standing.size ?? (await lastCosignedSize(this.#parts.db, witness.key.vkey))
    const first = await this.#send(witness, believed, head)
    const isBehind = first.kind === 'size' && first.size <= head.size
    const reply = isBehind ? await this.#send(witness, first.size, head) : first
    if (reply.kind === 'line') return this.#take(witness, standing, { head, line: reply.line })
    return reply.kind === 'size' || reply.kind === 'unproven' ? this.#compare(witness, standing) : reply.kind
  }

  async #send({ caller }: AskedWitness, old: number, { size, note }: StoredHead): Promise<WitnessReply> {
    const proof = old === 0 || old === size ? [] : await this.#prove(old, size)
    return caller.add(writeAddCheckpoint({ old, proof, note }))
  }

  async #prove(old: number, size: number): Promise<Uint8Array[]> {
    const read = await new TileCache().readerFor(this.#parts.db, consistencyNodes(old, size), size)
    return consistencyProof(old, size, read)
  }

  async #take(
    { key }: AskedWitness,
    standing: Standing,
    { head, line }: { readonly head: StoredHead; readonly line: string },
  ): Promise<WitnessTrouble | undefined> {
    const [cosigned] = attempt(() => cosignaturesOf(`${head.note}${line}`, key)) ?? []
    if (cosigned === undefined) return 'bad-answer'
    await putCosignature(this.#parts.db, { size: head.size, witness: key.vkey, line: cosigned.line, at: cosigned.at })
    standing.size = head.size
    standing.fork = undefined
    return undefined
  }

  /** The head that the witness keeps bears this log's own signature: with it nobody has to believe the witness. */
  async #compare({ name, caller }: AskedWitness, standing: Standing): Promise<WitnessTrouble> {
    const { db, log } = this.#parts
    const note = await caller.head(log.name)
    const shown = note === undefined ? undefined : attempt(() => openCheckpoint(note, log))
    if (shown === undefined) return 'unproven'
    // Read after the witness has spoken: what another process signed meanwhile is in it.
    const now = judgeHead(await latestLogCheckpoint(db), log)
    const what = await differenceOf(db, shown, now)
    if (what !== undefined) standing.fork = new LogFault('log-damaged', `the witness ${name} holds ${what}`)
    return 'unproven'
  }
}

/** Undefined where the log continues what was shown. */
async function differenceOf(db: Executor, shown: Checkpoint, now: StoredHead): Promise<string | undefined> {
  if (shown.size > now.size)
    return `a head of ${shown.size} entries that the key of this log signed, and the log has ${now.size}: it was rolled back, or somebody else signs with its key`
  const rows = await getLogTiles(db, edgeTilesOf(shown.size))
  const root = attempt(
    () =>
      new TileTree(
        shown.size,
        rows.map((row) => new Tile(row, row.hashes)),
      ).root,
  )
  return root !== undefined && Buffer.from(root).equals(shown.root)
    ? undefined
    : `a head of ${shown.size} entries that the key of this log signed, and the log has another history`
}

/** The head to show; undefined for a log without one. */
export async function readCosignedHead(db: Executor, log: NoteVerifier): Promise<StoredHead | undefined> {
  const row = await cosignedCheckpoint(db)
  return row && judgeHead(row, log)
}
