import type { TimeStamper } from '../pki/time-stamper.ts'
import { putStamp, type StampStanding, stampStanding } from '../store/log-stamps.ts'
import type { Executor } from '../store/tables/tables.ts'
import { splitNote, type NoteVerifier } from './note.ts'
import { judgeHead } from './stored-tree.ts'

export interface StampRules {
  /** A head gets its stamp at the latest when it is so old, */
  readonly everySeconds: number
  /** or so much larger than the last one with a stamp. */
  readonly everyEntries: number
  /** How long after that edno goes on accepting without one. */
  readonly stopAfterSeconds: number
}

export interface StampingParts {
  readonly db: Executor
  readonly log: NoteVerifier
  readonly stamp: TimeStamper
  readonly rules: StampRules
  readonly clock: () => Date
  /** Told why there is no stamp, and `undefined` when there is one again. */
  readonly onTrouble: (trouble: string | undefined) => void
}

const AGAIN_AFTER_SECONDS = 5

/** Has heads stamped by the authority, and says whether that was done in time. */
export class Stamping {
  readonly #parts: StampingParts
  #standing: StampStanding | undefined
  #trouble: string | undefined
  #notBefore = 0
  #asking = false

  constructor(parts: StampingParts) {
    this.#parts = parts
  }

  /** Why the last try of this process gave no stamp. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** Looks how far stamps have come, whoever asks for them. */
  async look(): Promise<void> {
    this.#standing = await stampStanding(this.#parts.db)
  }

  /** Since when entries wait for a stamp longer than they may; undefined while all is in time. */
  get overdueSince(): Date | undefined {
    const { rules, clock } = this.#parts
    const since = this.#standing?.waitingSince
    if (since === undefined) return undefined
    const limitMs = (rules.everySeconds + rules.stopAfterSeconds) * 1000
    return clock().getTime() - since.getTime() > limitMs ? since : undefined
  }

  /** For the process on duty: asks where a stamp is due, after a failure not at once again. */
  async round(): Promise<void> {
    const standing = this.#standing
    if (standing === undefined || this.#asking || performance.now() < this.#notBefore || !this.#isDue(standing)) return
    this.#asking = true
    try {
      const trouble = await this.#stamp(standing)
      if (trouble !== undefined) this.#notBefore = performance.now() + this.#againAfterMs
      if (trouble !== this.#trouble) this.#parts.onTrouble(trouble)
      this.#trouble = trouble
    } finally {
      this.#asking = false
    }
  }

  get #againAfterMs(): number {
    return Math.min(AGAIN_AFTER_SECONDS, this.#parts.rules.everySeconds) * 1000
  }

  #isDue({ newest, stamped, waitingSince }: StampStanding): boolean {
    if (waitingSince === undefined) return false
    const { rules, clock } = this.#parts
    return (
      stamped === undefined ||
      clock().getTime() - stamped.at.getTime() >= rules.everySeconds * 1000 ||
      newest.size - stamped.size >= rules.everyEntries
    )
  }

  /** Over the text alone: lines that witnesses add later do not matter. */
  async #stamp({ newest }: StampStanding): Promise<string | undefined> {
    const { db, log, stamp, clock } = this.#parts
    const { size, note } = judgeHead(newest, log)
    const stamped = await stamp(Buffer.from(splitNote(note).text))
    if (!stamped.stamped) return stamped.why
    await putStamp(db, { size, token: Buffer.from(stamped.token), stamped_at: stamped.at, created_at: clock() })
    await this.look()
    return undefined
  }
}
