import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { mock } from 'node:test'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { LogAlarm } from '../../../src/exchange-log/alarm.ts'
import { openCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { pendingLogBatch } from '../../../src/store/log-batch.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { testDatabaseUrl, testStore } from '../../support/database.ts'
import { ranMs } from '../../support/held-up.ts'
import { aLog as newLog, anExchange, consumer, exchangeOnce, judge, type Sample } from './exchanges.ts'
import { freshLogKey } from './keys.ts'
import { modelRoot } from './reference-model.ts'
import { withPut } from './with-put.ts'

/** Entries by index, leaf hashes worked out here. */
async function integrated(store: Store): Promise<{ indices: number[]; leaves: Uint8Array[] }> {
  const rows = await store.db
    .selectFrom('log_entry')
    .select(['index', 'bytes'])
    .where('index', 'is not', null)
    .orderBy('index')
    .execute()
  return { indices: rows.map((row) => row.index ?? -1), leaves: rows.map((row) => leafHash(row.bytes)) }
}

async function assertSound(store: Store, vkey: string): Promise<void> {
  const { indices, leaves } = await integrated(store)
  assert.deepEqual(
    indices,
    indices.map((_, i) => i),
    'no gap and no index twice',
  )
  const checkpoints = await store.db.selectFrom('log_checkpoint').selectAll().orderBy('size').execute()
  assert.equal(checkpoints.at(-1)?.size, indices.length)
  for (const { note, size } of checkpoints) {
    const signed = openCheckpoint(note, noteVerifier(vkey))
    assert.equal(signed.size, size)
    assert.deepEqual(Buffer.from(signed.root), Buffer.from(modelRoot(leaves.slice(0, size))), `root of size ${size}`)
  }
}

/** So many at a time; the pool would turn away whoever waits in its queue for longer than two seconds. */
async function inLanes<T>(lanes: number, all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  const left = [...all]
  const lane = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

const many = (count: number): Sample[] => Array.from({ length: count }, () => anExchange())

async function allReceiptsHold(log: ExchangeLog, samples: readonly Sample[]): Promise<void> {
  for (const sample of samples) {
    const receipt = await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    assert.ok(receipt)
    const judged = judge(receipt, sample, log.vkey)
    assert.ok(judged.holds, JSON.stringify(judged.findings))
  }
}

/** As somebody would who owns the database: the guards of the tables do not stop a superuser. */
async function forge(store: Store, change: (store: Store) => Promise<unknown>): Promise<void> {
  const triggers = ['log_entry', 'log_tile', 'log_checkpoint']
  for (const table of triggers) await sql`alter table ${sql.table(table)} disable trigger all`.execute(store.db)
  await change(store)
  for (const table of triggers) await sql`alter table ${sql.table(table)} enable trigger all`.execute(store.db)
}

describe('the integrator', function () {
  this.timeout(60_000)
  const logs: ExchangeLog[] = []
  const aLog: typeof newLog = (...about) => {
    const log = newLog(...about)
    logs.push(log)
    return log
  }
  // Also after a failure, so that no integrator works on while the databases are closed.
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.stop()))
  })

  it('gives 200 exchanges closed at once indices without gaps, in batches, and each receipt verifies', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    const samples = many(200)
    await inLanes(15, samples, (sample) => exchangeOnce(log, sample))
    await allReceiptsHold(log, samples)
    await log.stop()
    await assertSound(store, log.vkey)
    const { indices } = await integrated(store)
    assert.equal(indices.length, 400)
    const { n } = await store.db
      .selectFrom('log_checkpoint')
      .select((of) => of.fn.countAll().as('n'))
      .executeTakeFirstOrThrow()
    assert.ok(Number(n) < 200, `${n} checkpoints for 400 entries`)
  })

  it('integrates at once when it is idle', async () => {
    const store = await testStore()
    const log = aLog(store)
    // Nothing looks now and then: an entry has its place because its log is told of it, or never.
    const looks = mock.method(globalThis, 'setInterval', () => ({ unref: () => undefined }))
    await log.start().finally(() => looks.mock.restore())
    await exchangeOnce(log)
    const sample = anExchange()
    await exchangeOnce(log, sample)
    assert.ok(await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000), 'without any look')
    await log.stop()
  })

  it('places within 200 ms what was written by whoever does not tell it', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    await exchangeOnce(log)
    const ages: number[] = []
    for (let i = 0; i < 9; i += 1) {
      // Anywhere in the time between two looks.
      await setTimeout(i * 17)
      const bytes = Buffer.from(`{"n":${i}}`)
      const entry = { bytes, leaf_hash: Buffer.from(leafHash(bytes)), event: 'agreement' as const }
      await store.db.insertInto('log_entry').values(entry).execute()
      const isPlaced = async (): Promise<boolean> => (await integrated(store)).leaves.length === 3 + 3 * i
      const age = await ranMs(async () => {
        while (!(await isPlaced())) await setTimeout(2)
      })
      // What a batch takes just now comes on top.
      const told = anExchange()
      const batch = await ranMs(async () => {
        await exchangeOnce(log, told)
        assert.ok(await log.waitForReceipt(consumer, told.plan.exchangeId, 30_000))
      })
      ages.push(age - batch)
    }
    const [, , , , median = 0] = ages.toSorted((a, b) => a - b)
    // One of them may have waited for the processor.
    assert.ok(median <= 200, ages.map(Math.round).join(' '))
    await log.stop()
  })

  it('goes on after a restart, also with what was left pending', async () => {
    const store = await testStore()
    const signingKeyPem = freshLogKey()
    const first = aLog(store, { signingKeyPem })
    await first.start()
    const samples = many(3)
    for (const sample of samples) await exchangeOnce(first, sample)
    await first.stop()
    const idle = aLog(store, { signingKeyPem })
    const left = anExchange()
    await exchangeOnce(idle, left)
    await idle.stop()
    const second = aLog(store, { signingKeyPem })
    await second.start()
    await allReceiptsHold(second, [...samples, left])
    await second.stop()
    await assertSound(store, second.vkey)
  })

  it('shares one log between two processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'edno-log-'))
    const databaseUrl = await testDatabaseUrl()
    const signingKeyPem = freshLogKey()
    const stores: Store[] = []
    try {
      while (stores.length < 2)
        stores.push(await openStore({ databaseUrl, dataDirectory: folder, payloadKeyFile: join(folder, 'key') }))
      const logs = stores.map((store) => aLog(store, { signingKeyPem }))
      await Promise.all(logs.map((log) => log.start()))
      const samples = logs.map(() => many(40))
      await Promise.all(logs.map((log, i) => inLanes(15, samples[i] ?? [], (sample) => exchangeOnce(log, sample))))
      await Promise.all(logs.map((log, i) => allReceiptsHold(log, samples[i] ?? [])))
      await Promise.all(logs.map((log, i) => allReceiptsHold(log, samples[1 - i] ?? [])))
      await Promise.all(logs.map((log) => log.stop()))
      assert.ok(stores[0])
      await assertSound(stores[0], logs[0]?.vkey ?? '')
    } finally {
      await Promise.all(stores.map((store) => store.close()))
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('tries a failed batch again, and says so', async () => {
    const store = await testStore()
    const alarms: LogAlarm[] = []
    let failures = 1
    const faulty: Store = {
      ...store,
      transaction: (work) =>
        store.transaction(async (tx) => {
          const result = await work(tx)
          if (failures > 0 && isBatch(result)) throw failOnce()
          return result
        }),
    }
    const failOnce = (): Error => {
      failures -= 1
      return new Error('the connection broke at commit')
    }
    const log = aLog(faulty, { onAlarm: (alarm) => alarms.push(alarm) })
    await log.start()
    const sample = anExchange()
    await exchangeOnce(log, sample)
    await allReceiptsHold(log, [sample])
    await log.stop()
    assert.deepEqual(
      alarms.map(({ kind }) => kind),
      ['integration-failed'],
    )
    assert.equal(log.state(), 'ok')
    await assertSound(store, log.vkey)
  })

  it('finds where a batch stands whose success it never heard of', async () => {
    const store = await testStore()
    const alarms: LogAlarm[] = []
    let deaf = 0
    const db = withPut(store, async (put) => {
      const result = await put()
      if (deaf === 0) return result
      deaf -= 1
      throw new Error('the connection broke after the commit')
    })
    const log = aLog({ ...store, db }, { onAlarm: (alarm) => alarms.push(alarm) })
    await log.start()
    const samples = many(3)
    for (const sample of samples) {
      await exchangeOnce(log, sample)
      await allReceiptsHold(log, [sample])
      deaf = 1
    }
    await log.stop()
    assert.ok(alarms.length > 0)
    assert.deepEqual(new Set(alarms.map(({ kind }) => kind)), new Set(['integration-failed']))
    await assertSound(store, log.vkey)
  })

  it('leaves to another process what that one integrated between its look and its turn', async () => {
    const store = await testStore()
    const signingKeyPem = freshLogKey()
    const other = aLog(store, { signingKeyPem })
    let refused = 0
    let started: Promise<void> | undefined
    const db = withPut(store, async (put) => {
      await (started ??= other.start())
      await eventually(async () => (await pendingLogBatch(store.db, 1)).entries.length === 0)
      return put().catch((error: unknown) => {
        refused += 1
        throw error
      })
    })
    const alarms: LogAlarm[] = []
    const log = aLog({ ...store, db }, { signingKeyPem, onAlarm: (alarm) => alarms.push(alarm) })
    await log.start()
    const samples = many(2)
    for (const sample of samples) {
      await exchangeOnce(log, sample)
      await allReceiptsHold(log, [sample])
    }
    await Promise.all([log.stop(), other.stop()])
    assert.ok(refused > 0, 'it never came to this')
    assert.deepEqual(alarms, [])
    await assertSound(store, log.vkey)
  })

  const forgeries: Record<string, (store: Store) => Promise<unknown>> = {
    'an entry changed': (store) =>
      sql`update log_entry set bytes = bytes || '\\x20'::bytea where index = 1`.execute(store.db),
    'an entry and its leaf hash changed together': (store) =>
      sql`update log_entry set bytes = bytes || '\\x20'::bytea, leaf_hash = sha256('\\x00'::bytea || bytes || '\\x20'::bytea)
        where index = 1`.execute(store.db),
    'an entry, its leaf hash and its tile changed together': (store) =>
      sql`with forged as (
          update log_entry set bytes = bytes || '\\x20'::bytea, leaf_hash = sha256('\\x00'::bytea || bytes || '\\x20'::bytea)
          where index = 1 returning leaf_hash)
        update log_tile set hashes = overlay(hashes placing forged.leaf_hash from 33) from forged
        where level = 0 and number = 0`.execute(store.db),
    'a tile of the second level changed': (store) =>
      sql`update log_tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 1`.execute(
        store.db,
      ),
    'a tile deleted': (store) => sql`delete from log_tile where level = 0 and number = 0`.execute(store.db),
    'an entry deleted': (store) => sql`delete from log_entry where index = 5`.execute(store.db),
    'two entries exchanged': (store) =>
      sql`update log_entry set index = case index when 2 then 9003 else 9002 end where index in (2, 3)`
        .execute(store.db)
        .then(() => sql`update log_entry set index = index - 9000 where index > 9000`.execute(store.db)),
    'the last checkpoint cut off': (store) =>
      sql`delete from log_checkpoint where size = (select max(size) from log_checkpoint)`.execute(store.db),
    'every checkpoint deleted': (store) => sql`delete from log_checkpoint`.execute(store.db),
    'the root of the last checkpoint row changed': (store) =>
      sql`update log_checkpoint set root = sha256(root) where size = (select max(size) from log_checkpoint)`.execute(
        store.db,
      ),
  }
  for (const [what, change] of Object.entries(forgeries))
    it(`signs nothing any more and opens no exchange with ${what} in the database`, async () => {
      const store = await testStore()
      const signingKeyPem = freshLogKey()
      const first = aLog(store, { signingKeyPem })
      await fillFast(store, 600)
      await first.start()
      await exchangeOnce(first)
      await first.stop()
      await forge(store, change)
      const before = await heads(store)

      const alarms: LogAlarm[] = []
      const log = aLog(store, { signingKeyPem, onAlarm: (alarm) => alarms.push(alarm) })
      await fillFast(store, 1)
      await log.start()
      await log.stop()
      assert.deepEqual(
        alarms.map(({ kind }) => kind),
        ['log-damaged'],
      )
      assert.notEqual(log.state(), 'ok')
      assert.deepEqual(await heads(store), before)
      const sample = anExchange()
      await assert.rejects(log.open(sample.plan, sample.request), { code: 'broker.log-unavailable' })
    })

  it('does not sign on over a head of another key', async () => {
    const store = await testStore()
    const first = aLog(store)
    await first.start()
    await exchangeOnce(first)
    await first.stop()
    const alarms: LogAlarm[] = []
    const other = aLog(store, { onAlarm: (alarm) => alarms.push(alarm) })
    await other.start()
    assert.deepEqual(
      alarms.map(({ kind }) => kind),
      ['log-damaged'],
    )
  })

  it('gives out no receipt over a tile that was changed while it ran', async () => {
    const store = await testStore()
    const signingKeyPem = freshLogKey()
    const log = aLog(store, { signingKeyPem })
    await log.start()
    const samples = many(4)
    for (const sample of samples) await exchangeOnce(log, sample)
    await allReceiptsHold(log, samples)
    await log.stop()
    const alarms: LogAlarm[] = []
    const reader = aLog(store, { signingKeyPem, onAlarm: (alarm) => alarms.push(alarm) })
    await reader.start()
    await forge(store, () =>
      sql`update log_tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3))`.execute(store.db),
    )
    const [sample] = samples
    await assert.rejects(reader.receiptOf(consumer, sample!.plan.exchangeId), { code: 'broker.internal' })
    assert.deepEqual(
      alarms.map(({ kind }) => kind),
      ['log-damaged'],
    )
    await reader.stop()
  })
})

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(5)
}

const isBatch = (result: unknown): boolean => typeof result === 'object' && result !== null && 'places' in result

/** Pending entries without exchanges, so that two tile levels exist. */
async function fillFast(store: Store, count: number): Promise<void> {
  await sql`insert into log_entry (bytes, leaf_hash, event)
    select b, sha256('\\x00'::bytea || b), 'refused' from (select convert_to('filler ' || i, 'UTF8') as b
    from generate_series(1, ${count}) as i) as made`.execute(store.db)
}

const heads = async (store: Store): Promise<number[]> =>
  (await store.db.selectFrom('log_checkpoint').select('size').orderBy('size').execute()).map(({ size }) => size)
