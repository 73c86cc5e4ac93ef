import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { openCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { statement } from '../../../src/store/statement.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'
import { aLog } from './exchanges.ts'
import { freshLogKey } from './keys.ts'
import { modelRoot } from './reference-model.ts'
import { withPut } from './with-put.ts'

const BATCH = 4096
/** Row numbers begin here; older ones may still be committed. */
const FIRST = 100

/** As processes leave entries where nobody integrates. */
const leave = (store: Store, count: number): Promise<unknown> =>
  statement`
    insert into log_entry (id, bytes, leaf_hash, event) overriding system value
    select id, bytes, sha256('\\x00'::bytea || bytes), 'opened'
    from (select ${FIRST} + n as id, convert_to('entry ' || n, 'UTF8') as bytes from generate_series(1, ${count}::integer) as n) as left_over
  `.execute(store.db)

const leaveOlder = (store: Store): Promise<unknown> =>
  statement`insert into log_entry (id, bytes, leaf_hash, event) overriding system value
    values (1, 'older'::bytea, sha256('\\x00'::bytea || 'older'::bytea), 'opened')`.execute(store.db)

async function all(store: Store): Promise<readonly { id: number; index: number | null; bytes: Buffer }[]> {
  return store.db.selectFrom('log_entry').select(['id', 'index', 'bytes']).orderBy('index').execute()
}

async function assertSound(store: Store, vkey: string): Promise<void> {
  const entries = await all(store)
  const given = entries.map(({ index }) => index)
  assert.deepEqual(given, [...given.keys()], 'no gap and no index twice')
  const leaves = entries.map(({ bytes }) => leafHash(bytes))
  const heads = await store.db.selectFrom('log_checkpoint').select(['note', 'size']).orderBy('size').execute()
  assert.equal(heads.at(-1)?.size, entries.length)
  for (const { note, size } of heads)
    assert.deepEqual(
      Buffer.from(openCheckpoint(note, noteVerifier(vkey)).root),
      Buffer.from(modelRoot(leaves.slice(0, size))),
      `root of size ${size}`,
    )
}

describe('the integrator, where many entries wait', function () {
  this.timeout(60_000)

  it('looks for the next batch while it writes one, and for older ones again after a few', async () => {
    const store = await testStore()
    const count = 8 * BATCH + 5
    await leave(store, count)
    let batches = 0
    const db = withPut(store, async (put) => {
      batches += 1
      if (batches === 2) await leaveOlder(store)
      return put()
    })
    const log = aLog({ ...store, db })
    await log.start()
    await log.stop()
    const older = (await all(store)).find(({ id }) => id === 1)
    assert.ok(older?.index !== null && older!.index >= 2 * BATCH, 'it came when two batches were begun')
    assert.ok(older!.index <= 6 * BATCH, `${older?.index}: passed over`)
    await assertSound(store, log.vkey)
  })

  it('stops when nothing waits, also nothing that it could not see ahead', async () => {
    const store = await testStore()
    await leave(store, 2 * BATCH + 5)
    let batches = 0
    let stopped: Promise<void> | undefined
    const db = withPut(store, async (put) => {
      batches += 1
      // The very first is put within a transaction.
      if (batches === 1) {
        // By now the five were seen ahead.
        await setTimeout(100)
        await leaveOlder(store)
        stopped = log.stop()
      }
      return put()
    })
    const log = aLog({ ...store, db })
    await log.start()
    while (stopped === undefined) await setTimeout(5)
    await stopped
    assert.deepEqual(
      (await all(store)).filter(({ index }) => index === null),
      [],
    )
    await assertSound(store, log.vkey)
  })

  it('integrates nothing twice of what it saw ahead and another process placed meanwhile', async () => {
    const store = await testStore()
    await leave(store, 6 * BATCH)
    const signingKeyPem = freshLogKey()
    const other = aLog(store, { signingKeyPem })
    let batches = 0
    const db = withPut(store, async (put) => {
      batches += 1
      if (batches === 2) await other.start().then(() => other.stop())
      return put()
    })
    const log = aLog({ ...store, db }, { signingKeyPem })
    await log.start()
    await Promise.all([log.stop(), other.stop()])
    assert.ok(batches >= 2, 'it never came to this')
    await assertSound(store, log.vkey)
  })
})
