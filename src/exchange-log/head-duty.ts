import { holdDuty } from '../store/log-duty.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { Cosigning } from './cosigning.ts'
import { readCosignedHead } from './cosigning.ts'
import { LogFault } from './log-fault.ts'
import type { NoteVerifier } from './note.ts'
import type { Stamping } from './stamping.ts'
import type { StoredHead } from './stored-tree.ts'

export interface HeadDutyParts {
  readonly db: Executor
  /** Number of this process. */
  readonly owner: number
  readonly log: NoteVerifier
  /** Absent where no witness is configured. */
  readonly cosigning?: Cosigning
  /** Absent where heads are not stamped. */
  readonly stamping?: Stamping
  /** A head with its cosignatures, for whoever is shown one. */
  readonly onCosigned: (head: StoredHead) => void
  /** It is proved that this log is not the one that was shown. */
  readonly onFork: (fault: LogFault) => void
  readonly onFailure: (error: unknown) => void
}

const LOOK_EVERY_MS = 1000

/** Once a second in every process: looks how heads stand. In the one on duty: has them stamped and cosigned. */
export class HeadDuty {
  readonly #parts: HeadDutyParts
  #trouble: string | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(parts: HeadDutyParts) {
    this.#parts = parts
  }

  /** The first stamp is asked for before it resolves, so that a start after a long stop accepts at once. */
  async start(): Promise<void> {
    await this.#look(true)
    this.#again()
  }

  /** Why entries are not stamped in time: since when, and what the authority did. Undefined while they are. */
  get overdue(): string | undefined {
    const since = this.#parts.stamping?.overdueSince
    return since && `no time stamp over entries since ${since.toISOString()}: ${this.#trouble ?? 'not asked yet'}`
  }

  /** Names of witnesses that do not cosign, as the process on duty knows them. */
  get silentWitnesses(): readonly string[] {
    return this.#parts.cosigning?.troubles ?? []
  }

  #again(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#running = this.#look(false).finally(() => this.#again())
    }, LOOK_EVERY_MS).unref()
  }

  async #look(isFirst: boolean): Promise<void> {
    try {
      await this.#lookOnce(isFirst)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** What is cut short by the end of the process is no failure. */
  #fail(error: unknown): void {
    if (!this.#stopped) this.#parts.onFailure(error)
  }

  async #lookOnce(isFirst: boolean): Promise<void> {
    const { cosigning, stamping } = this.#parts
    const isMine = await this.#takeDuty()
    await stamping?.look()
    if (cosigning !== undefined) await this.#showCosigned()
    if (!isMine) return
    this.#begin(cosigning)
    if (isFirst) await stamping?.round()
    else this.#begin(stamping)
  }

  /** True in the process on duty; the others hear what that one found. */
  async #takeDuty(): Promise<boolean> {
    const { db, owner, cosigning, stamping } = this.#parts
    const own = { trouble: stamping?.trouble, fork: cosigning?.fork?.message }
    const duty = await holdDuty(db, owner, own)
    const { trouble, fork } = duty.isMine ? own : duty
    this.#trouble = trouble
    this.#tellFork(fork)
    return duty.isMine
  }

  async #showCosigned(): Promise<void> {
    const head = await readCosignedHead(this.#parts.db, this.#parts.log)
    if (head !== undefined) this.#parts.onCosigned(head)
  }

  #tellFork(fork: string | undefined): void {
    if (fork !== undefined) this.#parts.onFork(new LogFault('log-damaged', fork))
  }

  /** Authorities and witnesses take their time: the look at the rows does not wait for them. */
  #begin(work: Cosigning | Stamping | undefined): void {
    work?.round().catch((error: unknown) => this.#fail(error))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }
}
