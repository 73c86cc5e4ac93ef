import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Estate, until } from '../support/estate.ts'
import { markersIn } from '../support/markers.ts'
import { edno } from '../support/processes.ts'
import { RedisServer, requireRedis } from '../support/redis.ts'

describe('an exchange whose calls went through Redis, and that was erased', function () {
  this.timeout(180_000)
  let redis: RedisServer
  let estate: Estate
  before(async function () {
    requireRedis(this)
    redis = await RedisServer.start()
    estate = await Estate.make({ settings: { dispatch: { inProcess: [] } } })
  })
  after(async () => {
    await estate.close()
    await redis.stop()
  })

  /** Everything that Redis holds: what it tells of each key, and what it wrote to the disk. */
  async function heldByRedis(): Promise<Buffer> {
    const keys = redis.command('--scan').split('\n').filter(Boolean)
    const told = keys.map((key) => {
      const read: Readonly<Record<string, readonly string[]>> = {
        hash: ['hgetall', key],
        list: ['lrange', key, '0', '-1'],
        set: ['smembers', key],
        stream: ['xrange', key, '-', '+'],
        string: ['get', key],
        zset: ['zrange', key, '0', '-1'],
      }
      return `${key}\n${redis.command('--raw', ...(read[redis.command('type', key)] ?? []))}`
    })
    const files = (await readdir(redis.folder, { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    )
    const bytes = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))))
    return Buffer.concat([Buffer.from(told.join('\n')), ...bytes])
  }

  it('has left nothing of a person there, before and after', async () => {
    const queue = { REDIS_URL: redis.url }
    const serving = await estate.serve(queue)
    const worker = estate.begin(queue, ['worker'])
    await worker.said('edno works for')
    const signed = estate.sign('taxi')
    assert.equal((await estate.client(serving.url).send(signed.bytes)).kind, 'answer')
    const held = await heldByRedis()
    assert.ok(held.includes('vehicle'), 'its calls went through here')
    assert.deepEqual(markersIn(held), [])
    const order = ['erase', '--exchange', signed.exchangeId, '--basis', 'order 1/2026', '--json']
    const { status, stdout } = await edno(order, { ...estate.variables, ...queue })
    assert.equal(status, 0, stdout)
    // The file is written once a second.
    await until('Redis wrote what it has', () =>
      redis.command('info', 'persistence').includes('aof_pending_bio_fsync:0'),
    )
    assert.deepEqual(markersIn(await heldByRedis()), [])
    redis.command('set', 'found', '8427029967')
    assert.ok(markersIn(await heldByRedis()).length > 0, 'the search would find it')
  })
})
