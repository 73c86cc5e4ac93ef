import { createRedisBackend, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import type { Backend, OnQueueError } from './call-queue.ts'

/** Everything of edno stands below this. */
const PREFIX = 'edno'
/** Longer than this nobody waits for the queue; the row brings the call again. */
const COMMAND_TIMEOUT_MS = 2000
const LONGEST_PAUSE_MS = 5000

const pauseBefore = (times: number): number => Math.min(LONGEST_PAUSE_MS, 100 * 2 ** Math.min(times, 6))

/** BullMQ on Redis. Whoever puts jobs fails fast; whoever works on them waits for Redis to come back. */
export async function redisBackend(url: string, onError: OnQueueError): Promise<Backend> {
  const producer = new Redis(url, {
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: pauseBefore,
  })
  producer.on('error', onError)
  await readyOr(producer, COMMAND_TIMEOUT_MS)
  let worker: Redis | undefined
  const forWorkers = (): Redis => {
    if (worker !== undefined) return worker
    worker = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: pauseBefore })
    worker.on('error', onError)
    return worker
  }
  const { Queue, Worker } = withBackend(createRedisBackend)
  return {
    name: 'redis',
    openQueue: (name) => new Queue(name, { connection: producer, prefix: PREFIX, skipWaitingForReady: true }),
    openWorker: (name, settings, run) =>
      new Worker(name, run, { connection: forWorkers(), prefix: PREFIX, ...settings }),
    close: () => {
      producer.disconnect()
      worker?.disconnect()
      return Promise.resolve()
    },
  }
}

/** One that is away is not waited for: it may come back at any time. */
const readyOr = (redis: Redis, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Why this Redis may lose what it was given; empty where it does not. Fails where it does not answer. */
export async function redisFlaws(url: string): Promise<readonly string[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const policy = await settingOf(redis, 'maxmemory-policy')
    const appendOnly = await settingOf(redis, 'appendonly')
    return [
      ...(policy === 'noeviction'
        ? []
        : [`its maxmemory-policy is ${policy}, which throws jobs away; it must be noeviction`]),
      ...(appendOnly === 'yes' ? [] : ['its appendonly is off, so that a crash loses jobs; it must be yes']),
    ]
  } finally {
    redis.disconnect()
  }
}

async function settingOf(redis: Redis, name: string): Promise<string> {
  const answer: unknown = await redis.config('GET', name)
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined
  return typeof value === 'string' ? value : 'unknown'
}
