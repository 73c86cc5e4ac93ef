import type { Store } from '../../store/store.ts'
import { type CallQueue, callQueue, type OnQueueError } from './call-queue.ts'
import { Keeping } from './keeping.ts'
import { postgresBackend } from './postgres.ts'
import { redisBackend } from './redis.ts'

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
 * taken, and judged at each connection before it gets a job: rows wait for it.
 */
export async function openQueue({ store, redisUrl, rebuildable, workers, onError }: QueueOptions): Promise<CallQueue> {
  if (redisUrl === undefined) {
    const pool = store.queuePool(workers + CONNECTIONS_FOR_QUERIES)
    return callQueue(await postgresBackend(pool, onError), onError)
  }
  const keeping = rebuildable ? undefined : new Keeping(redisUrl, onError)
  await keeping?.atStart()
  const queue = callQueue(await redisBackend(redisUrl, onError, () => void keeping?.look()), onError)
  return keeping?.guard(queue) ?? queue
}
