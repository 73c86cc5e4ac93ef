import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { databaseMistakes } from '../../../src/config/database-address.ts'

describe('the address of the database', () => {
  const here = [
    'postgres://edno:p@localhost/edno',
    'postgres://127.0.0.1:5432/edno',
    'postgres://127.9.9.9/edno?sslmode=disable',
    'postgres://[::1]/edno',
    'postgres:///edno',
    'postgres://edno:p@/edno',
    'postgres://edno:p@/edno?host=/run/postgresql',
    'postgres://db.test/edno?host=127.0.0.1',
    'postgres://%2Frun%2Fpostgresql/edno',
    'socket:/run/postgresql?db=edno',
    '/run/postgresql edno',
  ]
  for (const address of here)
    it(`stays on this machine: ${address}`, () => assert.deepEqual(databaseMistakes(address, {}), []))

  for (const mode of ['require', 'verify-ca', 'verify-full'])
    it(`goes to another machine with sslmode=${mode}`, () =>
      assert.deepEqual(databaseMistakes(`postgres://db.test/edno?sslmode=${mode}`, {}), []))

  const refused = [
    'postgres://db.test/edno',
    'postgres://db.test/edno?sslmode=prefer',
    'postgres://db.test/edno?sslmode=no-verify',
    'postgres://db.test/edno?ssl=true',
    'postgres://db.test/edno?sslmode=require&sslmode=disable',
    'postgres://db.test/edno?application_name=@/',
    'postgres://localhost/edno?host=db.test',
    'postgres://edno:p@/edno?host=db.test',
    'postgres://localhost.test/edno',
    'postgres://127.0.0.1.test/edno',
    'edno',
    'postgres://db.test:port/edno',
  ]
  for (const address of refused)
    it(`is refused for production: ${address}`, () => assert.equal(databaseMistakes(address, {}).length, 1))

  it('is that of PGHOST where it names no host itself', () => {
    assert.equal(databaseMistakes('postgres:///edno', { PGHOST: 'db.test' }).length, 1)
    assert.deepEqual(databaseMistakes('postgres://localhost/edno', { PGHOST: 'db.test' }), [])
  })
})
