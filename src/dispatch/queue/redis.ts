import { createRedisBackend, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import type { Backend, OnQueueError } from './call-queue.ts'

/** Everything of edno stands below this. */
const PREFIX = 'edno'
/** Longer than this nobody waits for the queue; the row brings the call again. */
const COMMAND_TIMEOUT_MS = 2000
const LONGEST_PAUSE_MS = 5000

const pauseBefore = (times: number): number => Math.min(LONGEST_PAUSE_MS, 100 * 2 ** Math.min(times, 6))

/**
 * BullMQ on Redis. Whoever puts jobs fails fast; whoever works on them waits for Redis to come back. `onConnected` is called at each
 * connection: who was away may come back as another.
 */
export async function redisBackend(url: string, onError: OnQueueError, onConnected: () => void): Promise<Backend> {
  const producer = new Redis(url, {
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: pauseBefore,
  })
  producer.on('error', onError)
  producer.on('ready', onConnected)
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

/** What a Redis says that knows nobody by this user or password. */
const STRANGER = /^(?:WRONGPASS|NOAUTH|ERR (?:invalid password|AUTH))/

/** Why this Redis may lose what it was given, or takes nothing; empty where it keeps all. Fails where it does not answer. */
export async function redisFlaws(url: string): Promise<readonly string[]> {
  const told: string[] = []
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', ({ message }: Error) => void told.push(message))
  try {
    await redis.connect()
    return flawsOf(await settingsOf(redis))
  } catch (error) {
    if (isReply(error)) told.push(error.message)
    if (told.some((message) => STRANGER.test(message))) return ['it refuses this user or password']
    throw error
  } finally {
    redis.disconnect()
  }
}

/** Undefined where it does not tell. */
interface Settings {
  readonly policy: string | undefined
  readonly appendOnly: string | undefined
}

function flawsOf({ policy, appendOnly }: Settings): readonly string[] {
  if (policy === undefined || appendOnly === undefined)
    return ['it tells its settings neither by CONFIG GET nor by INFO, which this user must be allowed']
  return [
    ...(policy === 'noeviction'
      ? []
      : [`its maxmemory-policy is ${policy}, which throws jobs away; it must be noeviction`]),
    ...(appendOnly === 'yes' ? [] : ['its appendonly is off, so that a crash loses jobs; it must be yes']),
  ]
}

/** A hosted Redis often keeps CONFIG from those who use it; INFO says the same. */
async function settingsOf(redis: Redis): Promise<Settings> {
  try {
    return { policy: await settingOf(redis, 'maxmemory-policy'), appendOnly: await settingOf(redis, 'appendonly') }
  } catch (error) {
    if (!isReply(error)) throw error
    const told = `${await infoOf(redis, 'memory')}\n${await infoOf(redis, 'persistence')}`
    const enabled = /^aof_enabled:([01])/m.exec(told)?.[1]
    return {
      policy: /^maxmemory_policy:(\S+)/m.exec(told)?.[1],
      appendOnly: enabled === undefined ? undefined : enabled === '1' ? 'yes' : 'no',
    }
  }
}

async function infoOf(redis: Redis, section: 'memory' | 'persistence'): Promise<string> {
  try {
    return await redis.info(section)
  } catch (error) {
    if (isReply(error)) return ''
    throw error
  }
}

/** It answers, and says no. */
const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError'

async function settingOf(redis: Redis, name: string): Promise<string | undefined> {
  const answer: unknown = await redis.config('GET', name)
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined
  return typeof value === 'string' ? value : undefined
}
