import type { Job, JobsOptions } from 'bullmq'
import type { QueuedCallId } from '../../store/queued-calls.ts'

/** A job: ids only. Whatever it says, the row decides. */
export interface CallJob extends QueuedCallId {
  readonly registry: string
  readonly tries: number
  /** Milliseconds until its turn. */
  readonly delayMs: number
  /** How many of the same consumer wait before it. */
  readonly ahead: number
}

export interface QueueCounts {
  readonly waiting: number
  readonly delayed: number
  readonly active: number
  readonly failed: number
}

/** Carries the ids of calls to whoever works on their registries. It may lose all of them: the rows are the truth. */
export interface CallQueue {
  readonly backend: 'redis' | 'postgres'
  /** Fails at once where the queue is away. A job that is there already is not put twice. */
  readonly add: (jobs: readonly CallJob[]) => Promise<void>
  /** Runs jobs of a registry, `concurrency` at once, until it is closed. `run` fails for the database only. */
  readonly work: (registry: string, concurrency: number, run: (id: QueuedCallId) => Promise<void>) => void
  readonly counts: (registry: string) => Promise<QueueCounts>
  /** Throws away everything that stands in the queue of a registry. */
  readonly empty: (registry: string) => Promise<void>
  /** Takes no more jobs; resolves when those that run have ended. */
  readonly stopWorking: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What both backends of BullMQ have. */
export interface Backend {
  readonly name: CallQueue['backend']
  readonly openQueue: (name: string) => BullQueue
  readonly openWorker: (name: string, options: WorkerSettings, run: (job: Job<JobData>) => Promise<void>) => BullWorker
  readonly close: () => Promise<void>
}

export interface JobData {
  readonly exchange: number
  readonly call: string
}

export interface BullQueue {
  addBulk(jobs: { name: string; data: JobData; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'delayed' | 'active' | 'failed')[]
  ): Promise<Record<string, number>>
  obliterate(options: { force: boolean }): Promise<void>
  resume(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

export interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<void>
  close(force?: boolean): Promise<void>
}

/** A worker that dies is known to be dead after two of these; an event loop is never blocked for so long. */
const LOCK_MS = 5000
/** Of a worker whose queue was away when it looked. */
const LOOK_AGAIN_MS = 1000

export interface WorkerSettings {
  readonly concurrency: number
  readonly lockDuration: number
  readonly stalledInterval: number
  readonly maxStalledCount: number
  readonly runRetryDelay: number
}

/** Nothing is kept of a job that ended: what happened stands in the rows, and the same job may be put again. */
const JOB: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true }

const AGAIN_AFTER_MS = 1000

export type OnQueueError = (error: Error) => void

export function callQueue(backend: Backend, onError: OnQueueError): CallQueue {
  const { queueOf, goOn, replace, closeQueues } = openedQueues(backend, onError)
  const { hire, stopWorking } = hiredWorkers(onError)
  return {
    backend: backend.name,
    add: async (jobs) => {
      const registries = [...new Set(jobs.map(({ registry }) => registry))]
      const own = (wanted: string) => jobs.filter(({ registry }) => registry === wanted)
      const added = registries.map((registry) =>
        queueOf(registry)
          .addBulk(own(registry).map(jobOf))
          .then(() => goOn(registry))
          .catch((error: unknown) => {
            replace(registry)
            throw error
          }),
      )
      await Promise.all(added)
    },
    work: (registry, concurrency, run) => {
      const watch = { lockDuration: LOCK_MS, stalledInterval: LOCK_MS, maxStalledCount: 1 }
      const settings = { concurrency, ...watch, runRetryDelay: LOOK_AGAIN_MS }
      hire(() =>
        backend.openWorker(queueName(registry), settings, ({ data }) =>
          run({ exchange: data.exchange, call: data.call }),
        ),
      )
    },
    counts: async (registry) => {
      const {
        waiting = 0,
        prioritized = 0,
        delayed = 0,
        active = 0,
        failed = 0,
      } = await queueOf(registry).getJobCounts(...(['waiting', 'prioritized', 'delayed', 'active', 'failed'] as const))
      return { waiting: waiting + prioritized, delayed, active, failed }
    },
    empty: (registry) => queueOf(registry).obliterate({ force: true }),
    stopWorking,
    close: async () => {
      await stopWorking()
      await closeQueues()
      await backend.close()
    },
  }
}

/** One object a registry. One that did not find its server when it was made never does: another takes its place. */
function openedQueues(backend: Backend, onError: OnQueueError) {
  const queues = new Map<string, BullQueue>()
  const running = new Set<string>()
  return {
    /** A command that was killed while it emptied this queue has left it paused. */
    goOn: async (registry: string): Promise<void> => {
      if (running.has(registry)) return
      running.add(registry)
      await queues.get(registry)?.resume()
    },
    queueOf: (registry: string): BullQueue => {
      const known = queues.get(registry)
      if (known !== undefined) return known
      const queue = backend.openQueue(queueName(registry))
      queue.on('error', onError)
      queues.set(registry, queue)
      return queue
    },
    replace: (registry: string): void => {
      const broken = queues.get(registry)
      queues.delete(registry)
      broken?.close().catch(() => undefined)
    },
    closeQueues: async (): Promise<void> => {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()))
    },
  }
}

/** The same holds of workers. */
function hiredWorkers(onError: OnQueueError) {
  const workers = new Set<BullWorker>()
  let stopped = false
  const hire = (open: () => BullWorker): void => {
    if (stopped) return
    const worker = open()
    worker.on('error', onError)
    workers.add(worker)
    worker.waitUntilReady().catch(() => {
      workers.delete(worker)
      worker.close(true).catch(() => undefined)
      setTimeout(() => hire(open), AGAIN_AFTER_MS).unref()
    })
  }
  return {
    hire,
    stopWorking: async (): Promise<void> => {
      stopped = true
      const last = [...workers]
      workers.clear()
      await Promise.allSettled(last.map((worker) => worker.close()))
    },
  }
}

const queueName = (registry: string): string => `edno-${registry}`

/**
 * The same try of the same call is the same job, however often it is put. The tenth of a consumer that has many comes after the
 * first of all others, and before their eleventh.
 */
const jobOf = ({ exchange, call, registry, tries, delayMs, ahead }: CallJob) => ({
  name: registry,
  data: { exchange, call },
  opts: {
    ...JOB,
    jobId: `${exchange}-${call}-${tries}`,
    priority: Math.min(ahead + 1, LAST_PRIORITY),
    ...(delayMs > 0 ? { delay: delayMs } : {}),
  },
})

/** BullMQ knows no higher number; 1 comes first. */
const LAST_PRIORITY = 2_097_151
