import assert from 'node:assert/strict'
import { readingsOf } from '../../../src/app/readings.ts'
import type { Capabilities } from '../../../src/app/ports.ts'
import type { DatedCertificate } from '../../../src/pki/expiry.ts'

describe('what is read at each look', function () {
  this.timeout(60_000)
  const now = new Date('2026-11-23T10:00:00Z')
  const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000)

  function readings(executeQuery: () => Promise<unknown>, dated: readonly DatedCertificate[] = []) {
    const has = {
      config: { log: {} },
      store: { db: { executeQuery } },
      rules: { catalogue: { adapters: new Map() } },
      certificates: { dated: () => dated },
      clock: () => now,
    } as unknown as Capabilities
    const ready = () => Promise.resolve({ ready: false, checks: { database: 'broker.log-unavailable', log: 'ok' } })
    return readingsOf(has, { ready, running: { count: 7 } })
  }

  it('ends in time where the database hangs, without what it would have told, and does not ask it a second time meanwhile', async () => {
    let asked = 0
    const read = readings(() => {
      asked += 1
      return new Promise(() => undefined)
    })
    const since = performance.now()
    const first = await read()
    assert.deepEqual(first, [
      { name: 'edno_ready', value: 0, labels: { check: 'database' } },
      { name: 'edno_ready', value: 1, labels: { check: 'log' } },
      { name: 'edno_exchanges_running', value: 7 },
      { name: 'edno_database_readable', value: 0 },
    ])
    await read()
    assert.ok(performance.now() - since < 30_000)
    assert.equal(asked, 1)
  })

  it('leaves out what the database refuses to tell, and never fails', async () => {
    const read = readings(() => Promise.reject(new Error('no such table')))
    const names = (await read()).map(({ name, value }) => [name, value])
    assert.deepEqual(names.at(-1), ['edno_database_readable', 0])
  })

  it('tells of certificates for one use the one that lasts longest, also where it is over', async () => {
    const dated = [
      { owner: 'troyan', use: 'seal', notAfter: inDays(3) },
      { owner: 'troyan', use: 'seal', notAfter: inDays(400) },
      { owner: 'troyan', use: 'tls', notAfter: inDays(-2) },
      { owner: 'edno', use: 'seal', notAfter: inDays(10.5) },
    ]
    const left = (await readings(() => Promise.resolve({ rows: [] }), dated)())
      .filter(({ name }) => name === 'edno_certificate_days_left')
      .map(({ labels, value }) => [labels?.['party'], labels?.['use'], value])
    assert.deepEqual(left, [
      ['troyan', 'seal', 400],
      ['troyan', 'tls', -2],
      ['edno', 'seal', 10.5],
    ])
  })
})
