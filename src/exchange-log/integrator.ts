import {
  isOvertaken,
  lockLog,
  type PendingBatch,
  type PendingEntry,
  pendingLogBatch,
  putLogBatch,
} from '../store/log-batch.ts'
import type { Store } from '../store/store.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { OnAlarm } from './alarm.ts'
import { signCheckpoint } from './checkpoint.ts'
import { LogFault } from './log-fault.ts'
import { EMPTY_ROOT } from './merkle.ts'
import { type NoteSigner, type NoteVerifier, noteVerifier } from './note.ts'
import { judgeHead, readHead, readTree, type StoredHead, verifyStoredLog } from './stored-tree.ts'
import { TileCache } from './tile-cache.ts'
import type { TileTree } from './tile-tree.ts'
import type { Tile } from './tile.ts'

export interface IntegratorOptions {
  readonly store: Store
  readonly signer: NoteSigner
  readonly clock: () => Date
  readonly onAlarm: OnAlarm
  /** Told after each batch which entries stand where, and whether others may have been integrated elsewhere. */
  readonly onIntegrated: (places: readonly Place[], elsewhere: boolean) => void
}

/** Where an entry came to stand. */
export interface Place {
  /** Row number of the entry. */
  readonly id: number
  readonly index: number
}

interface Batch {
  readonly places: readonly Place[]
  readonly head: StoredHead
  readonly tree: TileTree
  readonly changed: readonly Tile[]
}

/** Entries of one checkpoint at most; what is left goes into the next one at once. So many only wait where integration stood still. */
const BATCH = 4096
/** So many of them may begin where the one before ended; then the look is for the oldest again, which may have been committed last. */
const IN_A_ROW = 4
/**
 * For entries that nobody here is told of: of other processes, and of whatever of this one does not know the log. No entry waits
 * for its place longer than 200 ms, with the time that its batch takes.
 */
const POLL_MS = 120
/** A database that does not answer is not asked at that pace, nor complained of. */
const AFTER_FAILURE_MS = 1000
/** Nobody waits for opening entries and refusals: they may go with the next closing entry. */
const SOON_MS = 25
/** Up to this many entries the whole log is checked before the first signature, beyond it beside the work. */
const CHECK_BEFORE_START = 50_000

/**
 * Gives entries their index, extends tiles, signs checkpoints. Only one integrator of all processes works at a time (a
 * lock of the database that ends with the transaction); whatever was committed meanwhile makes the next batch, so
 * batches form by themselves under load and an idle log integrates at once.
 */
export class Integrator {
  readonly cache = new TileCache()
  readonly #options: IntegratorOptions
  readonly #verifier: NoteVerifier
  #head: StoredHead = { size: 0, root: EMPTY_ROOT, note: '' }
  /** The edge after this process's last batch; dropped where another's batch or a failure made it wrong. */
  #tree: TileTree | undefined
  /** What waits after a full batch, looked for while that one is written. */
  #ahead: Promise<readonly PendingEntry[]> | undefined
  #inARow = 0
  #cosigned: StoredHead | undefined
  #wanted = false
  #running: Promise<void> | undefined
  #damage: LogFault | undefined
  #poll: NodeJS.Timeout | undefined
  #failedAt = -AFTER_FAILURE_MS
  #soon: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: IntegratorOptions) {
    this.#options = options
    this.#verifier = noteVerifier(options.signer.vkey)
  }

  /** Why nothing is signed any more; undefined while all is well. */
  get damage(): LogFault | undefined {
    return this.#damage
  }

  /** Checks the stored log against the last signed head, then integrates what is pending. */
  async start(): Promise<void> {
    try {
      this.#head = await readHead(this.#options.store.db, this.#verifier)
      const check = verifyStoredLog(this.#options.store.db, this.#head)
      if (this.#head.size <= CHECK_BEFORE_START) await check
      else void check.catch((error: unknown) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
      if (this.#damage === undefined) throw error
      return
    }
    this.#poll = setInterval(() => this.#look(), POLL_MS).unref()
    this.wake()
  }

  /** Somebody found that the stored log does not prove what it should. */
  reportDamage(fault: LogFault): void {
    if (this.#damage === undefined) this.#fail(fault)
  }

  /** A head that witnesses signed too: who is given a proof later gets it under this one. */
  showCosigned(head: StoredHead): void {
    this.#cosigned = head
  }

  /** The cosigned head or the newest one, if it is known to hold this index, else the stored one. */
  async headHolding(index: number): Promise<StoredHead> {
    if (this.#cosigned !== undefined && this.#cosigned.size > index) return this.#cosigned
    return this.#head.size > index ? this.#head : readHead(this.#options.store.db, this.#verifier)
  }

  /** Integrates what is pending, and waits for the batch that runs. */
  async stop(): Promise<void> {
    clearInterval(this.#poll)
    clearTimeout(this.#soon)
    if (this.#poll !== undefined) this.wake()
    this.#stopped = true
    await this.#running
  }

  /** Something was committed; calls during a batch make one further batch. */
  wake(): void {
    if (this.#stopped || this.#damage !== undefined) return
    // What nobody waits for goes with it; what is committed later is found by the next look, in time.
    clearTimeout(this.#soon)
    this.#soon = undefined
    this.#wanted = true
    this.#running ??= this.#run()
  }

  #look(): void {
    if (performance.now() - this.#failedAt >= AFTER_FAILURE_MS) this.wake()
  }

  /** As `wake`, for entries nobody waits for. */
  wakeSoon(): void {
    if (this.#stopped || this.#damage !== undefined) return
    this.#soon ??= setTimeout(() => this.wake(), SOON_MS).unref()
  }

  async #run(): Promise<void> {
    try {
      while (this.#wanted) {
        this.#wanted = false
        const count = await this.#integrate()
        // What was seen ahead says nothing of what was committed since.
        if (count === BATCH || this.#inARow > 1) this.#wanted = true
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      // In the same turn as the last look at what is wanted, so that no wake-up falls between the two.
      this.#running = undefined
    }
  }

  async #integrate(): Promise<number> {
    const { db } = this.#options.store
    const found = await this.#waiting(db)
    if (found?.entries.length === 0) return this.#nothing()
    const batch =
      (found && (await this.#onKnownTree(db, found))) ??
      (await this.#options.store.transaction((tx) => this.#onStoredTree(tx)))
    if (batch === undefined) return this.#nothing()
    const elsewhere = batch.head.size !== this.#head.size + batch.places.length
    this.#head = batch.head
    this.#tree = batch.tree
    for (const tile of batch.changed) this.cache.put(tile)
    this.#options.onIntegrated(batch.places, elsewhere)
    return batch.places.length
  }

  /** Undefined where the edge is not known: then the look comes with the turn. */
  async #waiting(db: Executor): Promise<PendingBatch | undefined> {
    const ahead = this.#ahead
    this.#ahead = undefined
    const entries = (this.#tree && (await ahead)) ?? []
    if (entries.length > 0) return { head: { ...this.#head, root: Buffer.from(this.#head.root) }, entries }
    this.#inARow = 0
    return this.#tree && pendingLogBatch(db, BATCH)
  }

  /** The database reads while it writes. Should this look fail, the next one says why. */
  #lookAfter(db: Executor, batch: readonly PendingEntry[]): void {
    this.#inARow += 1
    if (batch.length < BATCH || this.#inARow === IN_A_ROW) return
    this.#ahead = pendingLogBatch(db, BATCH, batch.at(-1)?.id).then(
      ({ entries }) => entries,
      () => [],
    )
  }

  #nothing(): 0 {
    this.#options.onIntegrated([], true)
    return 0
  }

  /**
   * The ordinary way: two round trips, on the edge in memory. Undefined where another process has signed since, so that the
   * edge is not the newest any more; found before anything is written, or by the database, which then writes nothing.
   */
  async #onKnownTree(db: Executor, { head: row, entries }: PendingBatch): Promise<Batch | undefined> {
    const head = judgeHead(row, this.#verifier, this.#head)
    const tree = this.#tree
    this.#tree = undefined
    if (tree?.size !== head.size || !Buffer.from(tree.root).equals(head.root)) return undefined
    this.#lookAfter(db, entries)
    try {
      return await this.#put(db, tree, entries)
    } catch (error) {
      if (isOvertaken(error)) return undefined
      throw error
    }
  }

  /** At first, and after another process: nobody else signs from the look at the stored edge to the end of the batch. */
  async #onStoredTree(tx: Executor): Promise<Batch | undefined> {
    await lockLog(tx)
    const { head: row, entries } = await pendingLogBatch(tx, BATCH)
    if (entries.length === 0) return undefined
    const head = judgeHead(row, this.#verifier, this.#head)
    if (head.size < this.#head.size) throw new LogFault('log-damaged', 'the log is shorter than it was')
    return this.#put(tx, await readTree(tx, head), entries)
  }

  /** All in one statement: indices, tiles and the head that covers them, or nothing. */
  async #put(db: Executor, tree: TileTree, entries: readonly PendingEntry[]): Promise<Batch> {
    const { signer, clock } = this.#options
    const start = tree.size
    const places = entries.map(({ id }, i) => ({ id, index: start + i }))
    const changed = tree.append(entries.map(({ leafHash }) => leafHash))
    const { size, root } = tree
    const note = signCheckpoint({ origin: signer.name, size, root }, [signer])
    await putLogBatch(db, {
      places,
      tiles: changed.map((tile) => ({ level: tile.level, number: tile.number, hashes: tile.bytes() })),
      checkpoint: { size, root: Buffer.from(root), note, createdAt: clock() },
    })
    return { places, head: { size, root, note }, tree, changed }
  }

  #fail(error: unknown): void {
    const { onAlarm } = this.#options
    this.#failedAt = performance.now()
    this.#tree = undefined
    this.cache.clear()
    if (error instanceof LogFault) {
      this.#damage = error
      clearInterval(this.#poll)
    }
    onAlarm({ kind: error instanceof LogFault ? 'log-damaged' : 'integration-failed', error })
  }
}
