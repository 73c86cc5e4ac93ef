import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { CallQueue } from '../../../../src/dispatch/queue/call-queue.ts'
import { QueueRefused } from '../../../../src/dispatch/queue/keeping.ts'
import { openQueue } from '../../../../src/dispatch/queue/open-queue.ts'
import { rebuildQueue } from '../../../../src/dispatch/queue/rebuild.ts'
import type { QueuedCallId } from '../../../../src/store/queued-calls.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testStore } from '../../../support/database.ts'
import { until } from '../../../support/estate.ts'
import { freePort } from '../../../support/free-port.ts'
import { RedisServer, requireRedis } from '../../../support/redis.ts'

const ignore = (): void => undefined
const job = (exchange: number, more: object = {}) => ({
  ...{ exchange, call: 'driver', registry: 'civil-registry', tries: 0, delayMs: 0, ahead: 0 },
  ...more,
})

for (const backend of ['postgres', 'redis'] as const)
  describe(`the queue on ${backend}`, function () {
    this.timeout(60_000)
    let store: Store
    let redis: RedisServer | undefined
    let queue: CallQueue
    let opened: CallQueue | undefined
    before(async function () {
      if (backend === 'redis') requireRedis(this)
      store = await testStore()
      redis = backend === 'redis' ? await RedisServer.start() : undefined
      queue = await open()
      opened = queue
    })
    after(async () => {
      await opened?.close()
      await redis?.stop()
    })
    const open = (workers = 0): Promise<CallQueue> =>
      openQueue({
        ...{ store, rebuildable: false, workers, onError: ignore },
        ...(redis === undefined ? {} : { redisUrl: redis.url }),
      })

    it('puts the same try once, holds ids only, and keeps nothing of a job that ended', async () => {
      await queue.add([job(1), job(2)])
      await queue.add([job(1), job(1, { tries: 1, delayMs: 600_000 })])
      assert.deepEqual(await queue.counts('civil-registry'), { waiting: 2, delayed: 1, active: 0, failed: 0 })
      const ran: QueuedCallId[] = []
      const worker = await open(1)
      worker.work('civil-registry', 2, (id) => {
        ran.push(id)
        return id.exchange === 2 ? Promise.reject(new Error('the database is away')) : Promise.resolve()
      })
      await until('both jobs', () => ran.length === 2)
      await pause(200)
      assert.deepEqual(
        ran.toSorted((a, b) => a.exchange - b.exchange),
        [
          { exchange: 1, call: 'driver' },
          { exchange: 2, call: 'driver' },
        ],
      )
      assert.deepEqual(await queue.counts('civil-registry'), { waiting: 0, delayed: 1, active: 0, failed: 0 })
      await queue.add([job(2)])
      await until('the same job again', () => ran.length === 3)
      await worker.close()
    })

    it('gives the first of each consumer its turn before the second of another', async () => {
      await queue.add([11, 12, 13].map((exchange, ahead) => job(exchange, { registry: 'vehicle-register', ahead })))
      await queue.add([21, 22].map((exchange, ahead) => job(exchange, { registry: 'vehicle-register', ahead })))
      const ran: number[] = []
      const worker = await open(1)
      worker.work('vehicle-register', 1, ({ exchange }) => Promise.resolve(void ran.push(exchange)))
      await until('all jobs', () => ran.length === 5)
      assert.deepEqual(ran, [11, 21, 12, 22, 13])
      await worker.close()
    })

    it('is emptied when it is built anew, and says what it threw away', async () => {
      await queue.add([job(7)])
      const rebuilt = await rebuildQueue(store.db, queue, ['civil-registry'], new Date())
      assert.deepEqual(rebuilt, [{ registry: 'civil-registry', thrown: 2, put: 0 }])
      assert.deepEqual(await queue.counts('civil-registry'), { waiting: 0, delayed: 0, active: 0, failed: 0 })
    })
  })

describe('a Redis for the queue', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
  })
  const open = (redisUrl: string, rebuildable = false): Promise<CallQueue> =>
    openQueue({ store, redisUrl, rebuildable, workers: 0, onError: ignore })

  for (const [what, options, words] of [
    ['evicts', { maxmemoryPolicy: 'allkeys-lru' }, /maxmemory-policy is allkeys-lru.*must be noeviction/],
    ['keeps nothing on disk', { appendOnly: false }, /appendonly is off.*must be yes/],
    [
      'evicts, and keeps CONFIG to itself',
      { maxmemoryPolicy: 'allkeys-lru', withheld: ['CONFIG'] },
      /maxmemory-policy is allkeys-lru/,
    ],
    [
      'keeps nothing on disk, and CONFIG to itself',
      { appendOnly: false, withheld: ['CONFIG'] },
      /appendonly is off.*must be yes/,
    ],
  ] as const)
    it(`is refused where it ${what}, unless the queue may be rebuilt`, async function () {
      requireRedis(this)
      const redis = await RedisServer.start(options)
      try {
        await assert.rejects(open(redis.url), (error) => error instanceof QueueRefused && words.test(error.message))
        await (await open(redis.url, true)).close()
      } finally {
        await redis.stop()
      }
    })

  it('is taken by what it says of itself where it keeps CONFIG to itself', async function () {
    requireRedis(this)
    const redis = await RedisServer.start({ withheld: ['CONFIG'] })
    try {
      await (await open(redis.url)).close()
    } finally {
      await redis.stop()
    }
  })

  for (const [what, credentials] of [
    ['no password', ''],
    ['a wrong one', ':wrong@'],
  ] as const)
    it(`that wants a password is refused with ${what}, and is not taken for one that is away`, async function () {
      requireRedis(this)
      const redis = await RedisServer.start({ password: 'right' })
      try {
        const url = redis.url.replace('redis://', `redis://${credentials}`)
        await assert.rejects(
          open(url),
          (error) => error instanceof QueueRefused && /user or password/.test(error.message),
        )
        await (await open(redis.url.replace('redis://', 'redis://:right@'))).close()
      } finally {
        await redis.stop()
      }
    })

  it('that tells its settings neither by CONFIG nor by INFO is refused', async function () {
    requireRedis(this)
    const redis = await RedisServer.start()
    try {
      redis.command('acl', 'setuser', 'some', 'on', '>secret', '~*', '&*', '+@all', '-config', '-info')
      const url = redis.url.replace('redis://', 'redis://some:secret@')
      await assert.rejects(
        open(url),
        (error) => error instanceof QueueRefused && /neither by CONFIG/.test(error.message),
      )
    } finally {
      await redis.stop()
    }
  })

  it('that was left paused by a command that was killed is worked on again as soon as somebody puts a job', async function () {
    requireRedis(this)
    const redis = await RedisServer.start()
    const [killed, queue] = [await open(redis.url), await open(redis.url)]
    try {
      await killed.add([job(1)])
      redis.command('hset', 'edno:edno-civil-registry:meta', 'paused', '1')
      const ran: number[] = []
      queue.work('civil-registry', 1, ({ exchange }) => Promise.resolve(void ran.push(exchange)))
      await pause(300)
      assert.deepEqual(ran, [], 'it was not paused')
      await queue.add([job(2)])
      await until('both jobs', () => ran.length === 2)
    } finally {
      await Promise.all([killed.close(), queue.close()])
      await redis.stop()
    }
  })

  it('that was away at the start gets no job where it turns out to evict, until it is mended', async function () {
    requireRedis(this)
    const redis = await RedisServer.start({ maxmemoryPolicy: 'allkeys-lru' })
    await redis.kill()
    const queue = await open(redis.url)
    try {
      await redis.restart()
      const refused = async (): Promise<boolean> => (await put()) instanceof QueueRefused
      const put = (): Promise<unknown> => queue.add([job(1)]).catch((error: unknown) => error)
      await until('it is judged', refused)
      assert.equal(redis.command('keys', '*'), '')
      redis.command('config', 'set', 'maxmemory-policy', 'noeviction')
      await until('it is taken', async () => (await put()) === undefined)
      assert.deepEqual(await queue.counts('civil-registry'), { waiting: 1, delayed: 0, active: 0, failed: 0 })
    } finally {
      await queue.close()
      await redis.stop()
    }
  })

  it('that comes back as one that keeps nothing on disk gets no job any more', async function () {
    requireRedis(this)
    const redis = await RedisServer.start()
    const queue = await open(redis.url)
    try {
      await queue.add([job(1)])
      redis.command('config', 'set', 'appendonly', 'no')
      redis.command('client', 'kill', 'type', 'normal', 'skipme', 'yes')
      const put = (): Promise<unknown> => queue.add([job(2)]).catch((error: unknown) => error)
      await until('it is refused', async () => (await put()) instanceof QueueRefused)
    } finally {
      await queue.close()
      await redis.stop()
    }
  })

  it('that is away fails a job at once, and stops nobody from starting', async () => {
    const queue = await open(`redis://127.0.0.1:${await freePort()}`)
    const began = performance.now()
    await assert.rejects(queue.add([job(1)]))
    assert.ok(performance.now() - began < 3000)
    await queue.close()
  })
})
