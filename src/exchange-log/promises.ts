import type { ExchangeId, PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import {
  breakLogPromise,
  brokenLogPromises,
  insertLogPromise,
  keepLogPromise,
  type OpenPromise,
  openLogPromises,
} from '../store/log-promises.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { OnAlarm } from './alarm.ts'
import { LogFault } from './log-fault.ts'
import { leafHash } from './merkle.ts'
import type { NoteSigner } from './note.ts'
import { signPromise } from './promise.ts'
import type { Receipts } from './receipts.ts'

export interface PromisesParts {
  readonly db: Executor
  readonly signer: NoteSigner
  readonly clock: () => Date
  readonly withinSeconds: number
  readonly receipts: Receipts
  readonly onAlarm: OnAlarm
}

const LOOK_EVERY_MS = 1000
const AT_ONCE = 1000

/**
 * What the log promised to consumers whose answers left before their entries had a place; and the look, again and again and by every
 * process, whether it was kept: an entry counts as kept where its proof holds, not where a row says so.
 */
export class Promises {
  readonly #parts: PromisesParts
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #state = 'ok'

  constructor(parts: PromisesParts) {
    this.#parts = parts
  }

  /** Undefined where there is no closing entry. A promise that cannot be remembered is not given. */
  async promiseFor(consumer: PartyId, id: ExchangeId): Promise<string | undefined> {
    const { db, signer, clock, withinSeconds, receipts } = this.#parts
    const closing = await receipts.closingEntry(consumer, id)
    if (closing === undefined || closing === 'pending') return undefined
    const leaf = leafHash(closing.bytes)
    const now = clock()
    const dueAt = new Date(now.getTime() + withinSeconds * 1000)
    const made = await insertLogPromise(db, { entry: closing.id, leafHash: leaf, madeAt: now, dueAt })
    return signPromise({ leaf, madeAt: made.madeAt, dueAt: made.dueAt }, signer)
  }

  /** `ok`, or how many were not kept. */
  get state(): string {
    return this.#state
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  /** Of several who want to look at once all wait for one look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { db } = this.#parts
    try {
      for (const promise of await openLogPromises(db, AT_ONCE)) await this.#judge(promise)
      const { broken, open } = await brokenLogPromises(db)
      this.#state = broken === 0 ? 'ok' : `${broken} promises of the log broken, ${open} of them open to this day`
    } catch {
      // The database is away, which `/readyz` says; promises are looked at again when it is back.
    }
  }

  async #judge(promise: OpenPromise): Promise<void> {
    const { db, clock } = this.#parts
    const { entry, dueAt, index, integratedAt } = promise
    const proven = index !== null && (await this.#isProven(index, promise.leafHash))
    const until = proven ? (integratedAt ?? clock()) : clock()
    if (until > dueAt && !promise.isBroken && (await breakLogPromise(db, entry, clock()))) this.#tell(promise)
    if (proven) await keepLogPromise(db, entry, until)
  }

  /** A place that is not proven is no place; that the log is damaged was told by whoever found it. */
  async #isProven(index: number, leaf: Uint8Array): Promise<boolean> {
    try {
      await this.#parts.receipts.prove(index, leaf)
      return true
    } catch (error) {
      if (error instanceof BrokerError && error.code === 'broker.internal') return false
      throw error
    }
  }

  #tell({ entry, dueAt }: OpenPromise): void {
    const error = new LogFault(
      'promise-broken',
      `the entry in row ${entry}, promised until ${dueAt.toISOString()}, was not in the tree by then`,
    )
    this.#parts.onAlarm({ kind: 'promise-broken', error })
  }
}
