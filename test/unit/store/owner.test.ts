import assert from 'node:assert/strict'
import pg from 'pg'
import { type Owner, OWNER_CLASS, takeOwnership } from '../../../src/store/owner.ts'
import { testDatabaseUrl } from '../../support/database.ts'
import { until } from '../../support/estate.ts'
import { ranMs } from '../../support/held-up.ts'
import { SilentProxy } from '../../support/silent-proxy.ts'

describe('the lock by which a process is known', () => {
  let databaseUrl: string
  let proxy: SilentProxy
  let owner: Owner
  beforeEach(async () => {
    databaseUrl = await testDatabaseUrl()
    proxy = await SilentProxy.to(Number(new URL(databaseUrl).port))
    owner = await takeOwnership(proxy.through(databaseUrl))
  })
  afterEach(async () => {
    await owner.close()
    await proxy.close()
  })

  const holders = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      const { rows } = await client.query(
        'select 1 from pg_locks where classid = $1 and objid = $2 and objsubid = 2 and granted',
        [OWNER_CLASS, owner.id],
      )
      return rows.length
    } finally {
      await client.end()
    }
  }

  it('is held from the start to the end', async () => {
    assert.deepEqual([owner.isHeld(), await holders()], [true, 1])
    await owner.close()
    assert.equal(owner.isHeld(), false)
    await until('the lock is free', async () => (await holders()) === 0)
  })

  it('is missed within six seconds where the connection is gone and nobody says so, and taken again', async function () {
    this.timeout(60_000)
    proxy.cut()
    assert.ok((await ranMs(() => until('the owner misses its lock', () => !owner.isHeld()))) < 6000)
    // The server does not know yet: a second holder would wait for it.
    assert.equal(await holders(), 1)
    proxy.mend()
    await until('the owner has its lock again', () => owner.isHeld())
    assert.equal(await holders(), 1)
  })

  it('is taken again where the server ends its session', async () => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'edno owner' and datname = current_database()`,
    )
    await client.end()
    await until('the owner misses its lock', () => !owner.isHeld())
    await until('the owner has its lock again', () => owner.isHeld())
  })
})
