import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const failing = (code: string) => sql.raw(`do $$ begin raise exception 'no' using errcode = '${code}'; end $$`)

/** From now on every new table meets a disk without room. */
const FULL = [
  `create function no_room() returns event_trigger language plpgsql as
     $$ begin raise exception 'no room' using errcode = '53100'; end $$`,
  `create event trigger no_room on ddl_command_start when tag in ('CREATE TABLE AS') execute function no_room()`,
]

describe('a database whose disk does not write', function () {
  this.timeout(60_000)
  let store: Store
  beforeEach(async () => {
    store = await testStore()
  })

  const fails = (code: string): Promise<void> =>
    assert.rejects(failing(code).execute(store.db), (error: Error & { code?: string; detail?: string }) => {
      assert.equal(error.code, 'broker.log-unavailable')
      assert.match(error.detail ?? '', /the disk of the database/)
      return true
    })

  it('is told apart from one that is gone: a full disk, a broken one', async () => {
    for (const statement of FULL) await sql.raw(statement).execute(store.db)
    assert.equal(await store.ping(), 'ok')
    await fails('58030')
    assert.equal(await store.ping(), 'disk-full', 'what the look itself met is newer')
    await fails('53100')
    assert.equal(await store.ping(), 'disk-full')
  })

  it('is remembered although it answers questions, until something can be written again', async () => {
    for (const statement of FULL) await sql.raw(statement).execute(store.db)
    await fails('53100')
    for (let look = 0; look < 2; look += 1) {
      await sql`select 1`.execute(store.db)
      assert.equal(await store.ping(), 'disk-full')
    }
    await sql`drop event trigger no_room`.execute(store.db)
    assert.equal(await store.ping(), 'ok')
    assert.equal(await store.ping(), 'ok')
  })

  it('leaves nothing behind by being looked at', async () => {
    await fails('53100')
    assert.equal(await store.ping(), 'ok')
    const { rows } = await sql`select 1 from pg_class where relname = 'edno_room'`.execute(store.db)
    assert.deepEqual(rows, [])
  })
})
