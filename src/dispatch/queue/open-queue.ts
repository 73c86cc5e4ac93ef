import type { Store } from '../../store/store.ts'
import { type CallQueue, callQueue, type OnQueueError } from './call-queue.ts'
import { postgresBackend } from './postgres.ts'
import { redisBackend, redisFlaws } from './redis.ts'

/** The queue is not one that may be used; the message says what to change. */
export class QueueRefused extends Error {
  override readonly name = 'QueueRefused'
}

export interface QueueOptions {
  readonly store: Pick<Store, 'queuePool'>
  /** Absent: the queue stands in edno's own database. */
  readonly redisUrl?: string
  /** Rows can rebuild the queue: a Redis that may lose jobs is taken. */
  readonly rebuildable: boolean
  /** How many queues this process works on. */
  readonly workers: number
  readonly onError: OnQueueError
}

/** Connections of the pool beside those that workers keep. */
const CONNECTIONS_FOR_QUERIES = 4

/**
 * Opens the queue. @throws QueueRefused where Redis may lose jobs, unless that is allowed. One that does not answer now is
 * taken: rows wait for it.
 */
export async function openQueue({ store, redisUrl, rebuildable, workers, onError }: QueueOptions): Promise<CallQueue> {
  if (redisUrl === undefined) {
    const pool = store.queuePool(workers + CONNECTIONS_FOR_QUERIES)
    return callQueue(await postgresBackend(pool, onError), onError)
  }
  if (!rebuildable) await requireKeeping(redisUrl, onError)
  return callQueue(await redisBackend(redisUrl, onError), onError)
}

async function requireKeeping(redisUrl: string, onError: OnQueueError): Promise<void> {
  let flaws: readonly string[]
  try {
    flaws = await redisFlaws(redisUrl)
  } catch (error) {
    onError(new Error('Redis does not answer yet; its settings are unknown', { cause: error }))
    return
  }
  if (flaws.length > 0)
    throw new QueueRefused(
      `The Redis of REDIS_URL cannot be trusted with the queue: ${flaws.join('; ')}. Change that; or, where it only may lose ` +
        'what it holds, set queue.rebuildable to true: edno then brings what was lost again from its own rows.',
    )
}
