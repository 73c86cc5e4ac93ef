import { createPostgresBackend, type PgPool, runMigrations, withBackend } from 'bullmq'
import type { QueuePool } from '../../store/queue-pool.ts'
import type { Backend, OnQueueError } from './call-queue.ts'

/** Jobs are told of by `NOTIFY`; a worker that has none looks besides, with four statements each time. */
const LOOK_EVERY_SECONDS = 10

/** BullMQ on edno's own database, in a schema of its own. Each worker keeps one connection of the pool for good. */
export async function postgresBackend(pool: QueuePool, onError: OnQueueError): Promise<Backend> {
  pool.on('error', onError)
  // A lock and a transaction of the session: it must be one connection.
  const client = await pool.connect()
  try {
    await runMigrations(client)
  } finally {
    client.release()
  }
  const connection = pool as PgPool
  const { Queue, Worker } = withBackend(createPostgresBackend)
  return {
    name: 'postgres',
    openQueue: (name) => new Queue(name, { connection }),
    openWorker: (name, settings, run) =>
      new Worker(name, run, { connection, drainDelay: LOOK_EVERY_SECONDS, ...settings }),
    close: () => pool.end(),
  }
}
