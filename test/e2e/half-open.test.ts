import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { call } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { SilentProxy } from '../support/silent-proxy.ts'

describe('a way to the database that is cut without a word', function () {
  this.timeout(180_000)
  let proxy: SilentProxy
  let edno: TestApp
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    proxy = await SilentProxy.to(Number(new URL(databaseUrl).port))
    edno = await testApp({ databaseUrl: proxy.through(databaseUrl) })
  })
  after(async () => {
    proxy.mend()
    await edno.close()
    await proxy.close()
  })

  const readiness = async (): Promise<{ readonly ready: boolean; readonly checks: Record<string, string> }> => {
    const { body } = await call(edno, { method: 'GET', path: '/readyz' })
    return JSON.parse(body.toString()) as { ready: boolean; checks: Record<string, string> }
  }

  it('is told by readiness within ten seconds, and forgotten when it is mended', async () => {
    assert.equal((await readiness()).ready, true)
    proxy.cut()
    await until('edno says that it is not ready', async () => !(await readiness()).ready, 10_000)
    await until('it misses its lock', async () => (await readiness()).checks['owner'] !== 'ok', 10_000)
    const { checks } = await readiness()
    assert.equal(checks['database'], 'broker.log-unavailable')
    assert.equal(checks['owner'], 'the database may take this process for dead')
    proxy.mend()
    await until('edno is ready again', async () => (await readiness()).ready)
  })
})
