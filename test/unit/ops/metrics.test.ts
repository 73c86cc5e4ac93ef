import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { serviceRef } from '../../../src/model/ids.ts'
import type { Reading } from '../../../src/ops/gauges.ts'
import { createMetrics } from '../../../src/ops/metrics.ts'
import { readMetrics, sampleIn } from '../../support/metrics.ts'

describe('metrics as they are kept', () => {
  const service = serviceRef('taxi-permit', 1)

  it('count what ended, each under its labels, and put its time into every bucket that holds it', async () => {
    const metrics = createMetrics()
    metrics.exchangeEnded({ service, status: 'complete', seconds: 0.3 })
    metrics.exchangeEnded({ service, status: 'refused', seconds: 7 })
    metrics.callEnded({ registry: 'civil-registry', end: 'answered', seconds: 0.02 })
    metrics.callEnded({ registry: 'civil-registry', end: 'failed', code: 'provider.timeout', seconds: 2 })
    metrics.callEnded({ registry: 'civil-registry', end: 'skipped' })
    const text = await metrics.write()
    const ended = (status: string) => sampleIn(text, 'edno_exchanges_ended_total', { service, status })
    assert.deepEqual([ended('complete'), ended('refused'), ended('partial')], [1, 1, undefined])
    const until = (le: string) => sampleIn(text, 'edno_exchange_duration_seconds_bucket', { service, le })
    assert.deepEqual([until('0.25'), until('0.5'), until('10'), until('+Inf')], [0, 1, 2, 2])
    const calls = (outcome: string, code: string) =>
      sampleIn(text, 'edno_calls_ended_total', { registry: 'civil-registry', outcome, code })
    assert.deepEqual([calls('answered', ''), calls('failed', 'provider.timeout'), calls('skipped', '')], [1, 1, 1])
    const asked = sampleIn(text, 'edno_call_duration_seconds_count', { registry: 'civil-registry' })
    assert.equal(asked, 2, 'nobody was asked where a call was skipped')
  })

  it('count refusals, reset connections and lines of the log', async () => {
    const metrics = createMetrics()
    for (const _ of [1, 2]) metrics.refused('access.not-granted')
    metrics.connectionRefused()
    metrics.complained('error')
    const text = await metrics.write()
    assert.equal(sampleIn(text, 'edno_refusals_total', { code: 'access.not-granted' }), 2)
    assert.equal(sampleIn(text, 'edno_connections_refused_total'), 1)
    assert.equal(sampleIn(text, 'edno_operational_log_lines_total', { severity: 'error' }), 1)
    assert.equal(sampleIn(text, 'edno_operational_log_lines_total', { severity: 'warn' }), undefined)
  })

  it('say of gauges what is so at each look: what is gone or not known is not written, and is never 0', async () => {
    const metrics = createMetrics()
    const now: Reading[] = [
      { name: 'edno_log_size', value: 12 },
      { name: 'edno_breaker_open', value: 1, labels: { registry: 'civil-registry' } },
    ]
    let looks = 0
    metrics.readFrom(() => {
      looks += 1
      return Promise.resolve(now)
    })
    const before = await metrics.write()
    assert.equal(sampleIn(before, 'edno_log_size'), 12)
    assert.equal(sampleIn(before, 'edno_breaker_open', { registry: 'civil-registry' }), 1)
    assert.equal(sampleIn(before, 'edno_exchanges_running'), undefined)
    now.splice(0)
    const after = await metrics.write()
    assert.equal(sampleIn(after, 'edno_log_size'), undefined)
    assert.equal(sampleIn(after, 'edno_breaker_open', { registry: 'civil-registry' }), undefined)
    assert.ok(looks >= 2)
  })

  it('of two edno in one process are counted apart, those of the process are the same', async () => {
    const [one, other] = [createMetrics(), createMetrics()]
    one.refused('access.suspended')
    const texts = await Promise.all([one.write(), other.write(), one.write()])
    assert.deepEqual(
      texts.map((text) => sampleIn(text, 'edno_refusals_total', { code: 'access.suspended' })),
      [1, undefined, 1],
    )
    for (const text of texts) assert.ok((sampleIn(text, 'process_resident_memory_bytes') ?? 0) > 1_000_000)
  })

  it('are a text in which labels cannot end early', async () => {
    const metrics = createMetrics()
    const registry = 'a"b\\c\nd'
    metrics.readFrom(() => Promise.resolve([{ name: 'edno_breaker_open', value: 1, labels: { registry } }]))
    const family = readMetrics(await metrics.write()).find(({ name }) => name === 'edno_breaker_open')
    assert.deepEqual(
      family?.samples.map(({ labels }) => labels['registry']),
      ['a\\"b\\\\c\\nd'],
    )
  })

  it('tell how late the event loop was since the look before', async () => {
    const metrics = createMetrics()
    await metrics.write()
    await pause(100)
    const text = await metrics.write()
    for (const name of ['nodejs_eventloop_lag_mean_seconds', 'nodejs_eventloop_lag_max_seconds'])
      assert.ok((sampleIn(text, name) ?? Number.NaN) < 1000, name)
  })
})
