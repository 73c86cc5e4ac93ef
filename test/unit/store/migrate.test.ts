import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { migrate } from '../../../src/store/migrate.ts'
import { migrations } from '../../../src/store/migrations/all.ts'
import { openDatabase } from '../../../src/store/pool.ts'
import { testDatabaseUrl } from '../../support/database.ts'

async function applied(databaseUrl: string): Promise<string[]> {
  const db = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 20_000 })
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    return rows.map((row) => row.name)
  } finally {
    await db.destroy()
  }
}

describe('the migrations', () => {
  it('run once each, however often they are asked for', async () => {
    const databaseUrl = await testDatabaseUrl('empty')
    await migrate(databaseUrl)
    await migrate(databaseUrl)
    assert.deepEqual(await applied(databaseUrl), Object.keys(migrations))
  })

  it('are safe with several starters on an empty database', async () => {
    const databaseUrl = await testDatabaseUrl('empty')
    await Promise.all(Array.from({ length: 4 }, () => migrate(databaseUrl)))
    assert.deepEqual(await applied(databaseUrl), Object.keys(migrations))
  })
})
