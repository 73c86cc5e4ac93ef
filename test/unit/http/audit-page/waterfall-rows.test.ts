import assert from 'node:assert/strict'
import { waterfallOf } from '../../../../src/http/audit-page/waterfall-rows.ts'
import type { ExchangeRecord, RecordedCall } from '../../../../src/model/exchange-record.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'

const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString()

const call = (name: string, more: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ call: name, operation: operationRef(`${name}-registry/x@1`), registry: `${name}-registry`, need: 'required' },
  ...{ state: 'ended', attempts: [] },
  ...more,
})

const record = (calls: readonly RecordedCall[], closedAt?: string): ExchangeRecord => ({
  exchangeId: exchangeId('0193a6f0-0000-7000-8000-000000000001'),
  ...{ consumer: partyId('troyan'), service: serviceRef('taxi-permit', 1), case: 'ТР-1', state: 'closed' },
  ...{ receivedAt: at(0), deadline: at(10_000), calls, incidents: [], entries: [] },
  ...(closedAt === undefined ? {} : { closedAt }),
})

describe('the waterfall of an exchange', () => {
  it('draws application, calls and attempts on one axis that reaches to the last of them', () => {
    const late = call('late', {
      ...{ startedAt: at(100), endedAt: at(900) },
      attempts: [
        { number: 1, startedAt: at(100), endedAt: at(400), fault: 'provider.unavailable' },
        { number: 2, startedAt: at(500), endedAt: at(900) },
      ],
    })
    const { length, whole, calls } = waterfallOf(record([late], at(600)))
    assert.equal(length, 900)
    assert.deepEqual(whole, { begin: 0, end: 600 })
    assert.deepEqual(calls[0]!.span, { begin: 100, end: 900 })
    assert.deepEqual(
      calls[0]!.attempts.map(({ begin, end }) => [begin, end]),
      [
        [100, 400],
        [500, 900],
      ],
    )
  })

  it('gives no bar to what was never asked, and leaves open what runs', () => {
    const { length, whole, calls } = waterfallOf(record([call('none'), call('runs', { startedAt: at(50) })]))
    assert.deepEqual(whole, { begin: 0 })
    assert.equal(calls[0]!.span, undefined)
    assert.deepEqual(calls[1]!.span, { begin: 50 })
    assert.equal(length, 50)
  })

  it('knows a question that was put for each of several from one that was not put', () => {
    const { calls } = waterfallOf(record([call('managers'), call('managers.0'), call('manager')]))
    assert.deepEqual(
      calls.map(({ isSplit }) => isSplit),
      [true, false, false],
    )
  })

  it('never divides by nothing, and lets nothing begin before the application', () => {
    assert.equal(waterfallOf(record([])).length, 1)
    assert.equal(waterfallOf(record([call('early', { startedAt: at(-5), endedAt: at(3) })])).calls[0]!.span!.begin, 0)
  })
})
