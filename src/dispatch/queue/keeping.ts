import type { CallQueue, OnQueueError } from './call-queue.ts'
import { redisFlaws } from './redis.ts'

/** The queue is not one that may be used; the message says what to change. */
export class QueueRefused extends Error {
  override readonly name = 'QueueRefused'
}

/** A Redis that was mended by CONFIG SET need not be restarted for edno to notice. */
const AGAIN_AFTER_MS = 2000

/** What is known of whether a Redis keeps what it is given: it may be away at the start, or come back as another. */
export class Keeping {
  readonly #url: string
  readonly #onError: OnQueueError
  /** Flaws; undefined inside where it did not answer. */
  #judged: Promise<readonly string[] | undefined> = Promise.resolve(undefined)
  #lookedAt = -AGAIN_AFTER_MS

  constructor(url: string, onError: OnQueueError) {
    this.#url = url
    this.#onError = onError
  }

  /** @throws QueueRefused where it may lose jobs. One that does not answer now is judged when it does. */
  async atStart(): Promise<void> {
    const flaws = await this.look()
    if (flaws === undefined) this.#onError(new Error('Redis does not answer yet; its settings are unknown'))
    else if (flaws.length > 0) throw refusal(flaws)
  }

  /** To be called at each connection. */
  look(): Promise<readonly string[] | undefined> {
    this.#lookedAt = performance.now()
    this.#judged = redisFlaws(this.#url).catch(() => undefined)
    return this.#judged
  }

  /** The same queue, which gives no job to a Redis that may lose it: rows wait for one that keeps it. */
  guard(queue: CallQueue): CallQueue {
    return {
      ...queue,
      add: async (jobs) => {
        const flaws = await this.#known()
        if (flaws !== undefined && flaws.length > 0) throw refusal(flaws)
        return queue.add(jobs)
      },
    }
  }

  /** What did not answer takes no jobs either, whatever its settings. */
  async #known(): Promise<readonly string[] | undefined> {
    const flaws = await this.#judged
    const isWell = flaws?.length === 0
    return isWell || performance.now() - this.#lookedAt < AGAIN_AFTER_MS ? flaws : this.look()
  }
}

const refusal = (flaws: readonly string[]): QueueRefused =>
  new QueueRefused(
    `The Redis of REDIS_URL cannot be trusted with the queue: ${flaws.join('; ')}. Change that; or, where it only may lose ` +
      'what it holds, set queue.rebuildable to true: edno then brings what was lost again from its own rows.',
  )
