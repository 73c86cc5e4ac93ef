import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { requireConnections } from '../../../src/store/connections.ts'
import { takeOwnership } from '../../../src/store/owner.ts'
import { openDatabase } from '../../../src/store/pool.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { testDatabaseUrl } from '../../support/database.ts'

describe('the connections of a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edno-connections-'))
  let databaseUrl: string
  let store: Store
  before(async () => {
    databaseUrl = await testDatabaseUrl()
    store = await openStore({ databaseUrl, dataDirectory: tmpdir(), payloadKeyFile: join(folder, 'payload.key') })
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const told = async (mayTake: number): Promise<readonly string[]> => {
    const notices: string[] = []
    await requireConnections(store.db, mayTake, (text) => notices.push(text))
    return notices
  }

  it('are counted with those of each pool for a queue', async () => {
    const before = store.mostConnections()
    assert.equal(before, 22)
    const pool = store.queuePool(10)
    assert.equal(store.mostConnections(), 32)
    await pool.end()
  })

  it('are nothing to speak of where the database has enough, and told where it has not for all that live', async () => {
    assert.deepEqual(await told(22), [])
    const another = await takeOwnership(databaseUrl)
    const [notice, ...more] = await told(101)
    await another.close()
    assert.deepEqual(more, [])
    assert.match(
      notice ?? '',
      /^The database gives 200 connections; 2 processes of edno may take 202 of them, and others hold \d+\./,
    )
  })

  it('are refused where the database can never give so many', async () => {
    await assert.rejects(told(201), { name: 'LauncherError', message: /may take 201 connections, .* gives it 200/ })
  })

  it('are those that an ordinary user may have', async () => {
    const url = new URL(await testDatabaseUrl())
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    const name = url.pathname.slice(1)
    await client.query(`create role ${name} login password 'x' connection limit 30`)
    await client.end()
    url.username = name
    url.password = 'x'
    const db = openDatabase({ databaseUrl: url.href, connections: 1, statementTimeoutMs: 20_000 })
    try {
      await requireConnections(db, 5, () => undefined)
      await assert.rejects(
        requireConnections(db, 31, () => undefined),
        { message: /gives it 30 at most/ },
      )
    } finally {
      await db.destroy()
    }
  })
})
