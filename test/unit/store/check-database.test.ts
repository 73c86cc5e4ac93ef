import assert from 'node:assert/strict'
import pg from 'pg'
import { checkDatabase } from '../../../src/store/check-database.ts'
import { testDatabaseUrl } from '../../support/database.ts'

describe('an external database', () => {
  it('is accepted with the settings of a durable server', async () => {
    await checkDatabase(await testDatabaseUrl())
  })

  it('is refused where it may lose what it has acknowledged', async () => {
    const databaseUrl = await testDatabaseUrl()
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    const name = new URL(databaseUrl).pathname.slice(1)
    await client.query(`alter database ${name} set synchronous_commit = off`)
    await client.end()
    await assert.rejects(checkDatabase(databaseUrl), { name: 'LauncherError', message: /synchronous_commit is off/ })
  })

  it('is refused where it cannot write Bulgarian', async () => {
    const url = new URL(await testDatabaseUrl())
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    const name = `${url.pathname.slice(1)}_ascii`
    await client.query(
      `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
    )
    await client.end()
    url.pathname = `/${name}`
    await assert.rejects(checkDatabase(url.href), { name: 'LauncherError', message: /SQL_ASCII/ })
  })

  it('is refused without its password being told where it does not answer', async () => {
    const told = checkDatabase('postgres://edno:s3cret@127.0.0.1:1/edno')
    await assert.rejects(told, (error: Error) => {
      assert.equal(error.name, 'LauncherError')
      assert.ok(!error.message.includes('s3cret'))
      return true
    })
  })
})
