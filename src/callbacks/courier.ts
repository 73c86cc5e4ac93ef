import type { PartyId } from '../model/ids.ts'
import type { Logger } from '../ops/logger.ts'
import {
  areCallbacksRefused,
  type ClaimedCallback,
  claimCallbacks,
  dropCallback,
  endCallback,
  forgetDelivered,
  postponeCallback,
  refuseCallbacks,
} from '../store/callbacks.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { PostCallback, Posted } from './post-callback.ts'
import { type CallbackSigner, secondsOf } from './sign-callback.ts'

export interface CourierParts {
  readonly db: Executor
  readonly signer: CallbackSigner
  readonly post: PostCallback
  /** Longest time that one try takes. */
  readonly timeoutMs: number
  /** Seconds before the second try, the third …; after the last, a callback is a dead letter. */
  readonly retrySeconds: readonly number[]
  /** Where this consumer wants to be told, as its file says now; undefined: nowhere. */
  readonly urlOf: (consumer: PartyId) => string | undefined
  /** Nobody who is suspended is told anything: a try at that time fails, and the next one may find it active. */
  readonly isSuspended: (consumer: PartyId) => boolean
  readonly clock: () => Date
  readonly logger: Logger
}

/** For what is due again, and what other processes wrote; what this one closes it is told of at once. */
const LOOK_EVERY_MS = 2000
/** Exchanges that close together are looked for together. */
const SOON_MS = 50
const FORGET_EVERY_MS = 3_600_000
/** What was delivered is nobody's question any more; what was given up stays. */
const REMEMBERED_DAYS = 30
const TRIED_AT_ONCE = 8
/** A process that has not ended a try this long after its time is dead. */
const LEASE_MARGIN_MS = 10_000
/** Receivers that failed together are not tried again together. */
const JITTER = 0.2

/** Brings callbacks to their receivers: whatever is due in the database, in whichever process it was written. */
export class Courier {
  readonly #parts: CourierParts
  readonly #trying = new Set<Promise<void>>()
  #looking: Promise<void> | undefined
  #timers: readonly NodeJS.Timeout[] = []
  #soon: NodeJS.Timeout | undefined
  #stopped = false
  #away = false

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.wake(), LOOK_EVERY_MS).unref(),
      setInterval(() => void this.#forget(), FORGET_EVERY_MS).unref(),
    ]
    this.wake()
  }

  /** Something may be due. */
  wake(): void {
    if (this.#stopped || this.#looking !== undefined) return
    this.#looking = this.#look().finally(() => (this.#looking = undefined))
  }

  /** An exchange of this consumer was closed in this process; nobody is told who registered no address. */
  closed(consumer: PartyId): void {
    if (this.#parts.urlOf(consumer) === undefined) return
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.wake()
    }, SOON_MS).unref()
  }

  /** Ends when what is being tried has been tried. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#soon)
    await this.#looking
    await Promise.all(this.#trying)
  }

  async #look(): Promise<void> {
    const { db, timeoutMs, logger } = this.#parts
    const free = TRIED_AT_ONCE - this.#trying.size
    if (free <= 0) return
    try {
      const claimed = await claimCallbacks(db, free, (timeoutMs + LEASE_MARGIN_MS) / 1000)
      this.#away = false
      for (const callback of claimed) this.#begin(callback)
    } catch (error) {
      if (!this.#away) logger.error('callbacks cannot be read; they are looked for again', {}, error)
      this.#away = true
    }
  }

  async #forget(): Promise<void> {
    await forgetDelivered(this.#parts.db, REMEMBERED_DAYS).catch((error: unknown) =>
      this.#parts.logger.error('delivered callbacks could not be deleted; it is tried again', {}, error),
    )
  }

  #begin(callback: ClaimedCallback): void {
    const trying = this.#try(callback)
      .catch((error: unknown) =>
        this.#parts.logger.error('what became of a callback could not be written; it is tried again', {}, error),
      )
      .finally(() => {
        this.#trying.delete(trying)
        this.wake()
      })
    this.#trying.add(trying)
  }

  async #try(callback: ClaimedCallback): Promise<void> {
    const { db, post, urlOf, isSuspended } = this.#parts
    const { id, consumer } = callback
    const url = urlOf(consumer)
    if (url === undefined) return dropCallback(db, id)
    if (isSuspended(consumer)) return this.#conclude(callback, { kind: 'failed', fault: 'suspended' })
    if (await areCallbacksRefused(db, consumer, url)) return this.#give(callback, 'refused')
    const { headers, body } = this.#write(callback)
    const posted = await post(url, headers, body)
    if (posted.kind === 'gone') await refuseCallbacks(db, consumer, url)
    return this.#conclude(callback, posted)
  }

  #write({ message, kind, createdAt, exchangeId, subscription }: ClaimedCallback): {
    headers: Record<string, string>
    body: string
  } {
    const { signer, clock } = this.#parts
    const now = clock()
    const name = nameOf(message)
    // Thin: who wants the data fetches it, with its certificate, and that is logged.
    const data = { exchangeId, ...(subscription === undefined ? {} : { subscription }) }
    const body = JSON.stringify({ type: kind, timestamp: createdAt.toISOString(), data })
    const headers = {
      'webhook-id': name,
      'webhook-timestamp': String(secondsOf(now)),
      'webhook-signature': signer.sign(name, now, body),
    }
    return { headers, body }
  }

  async #conclude(callback: ClaimedCallback, posted: Posted): Promise<void> {
    const { db, logger, retrySeconds } = this.#parts
    const { id, attempt, consumer, exchangeId } = callback
    if (posted.kind === 'delivered') {
      await endCallback(db, id)
      logger.info('a callback was delivered', { consumer, exchangeId, attempt })
      return
    }
    if (posted.kind === 'gone') return this.#give(callback, 'status 410')
    const wait = retrySeconds[attempt - 1]
    if (wait === undefined) return this.#give(callback, posted.fault)
    await postponeCallback(db, id, spread(Math.max(wait, posted.retryAfterSeconds ?? 0)), posted.fault)
    logger.warn('a callback failed; it is tried again', { consumer, exchangeId, attempt, kind: posted.fault })
  }

  async #give({ id, attempt, consumer, exchangeId }: ClaimedCallback, fault: string): Promise<void> {
    await endCallback(this.#parts.db, id, fault)
    this.#parts.logger.error('a callback is given up', { consumer, exchangeId, attempt, kind: fault })
  }
}

/** Of the message, as its receiver sees it; the same at every try. */
export const nameOf = (message: string): string => `msg_${message.replaceAll('-', '')}`

/** Never earlier than asked for. */
const spread = (seconds: number): number => seconds * (1 + Math.random() * JITTER)
