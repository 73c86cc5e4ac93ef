import assert from 'node:assert/strict'
import { figuresForOthers } from '../../../src/app/registry-figures.ts'
import { operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { RegistryStatus } from '../../../src/model/registry-status.ts'

const reset = '2026-03-03T22:00:00.000Z'
const asked = (consumer: string, questions: number) => ({ consumer: partyId(consumer), questions, answered: 1 })
const quota = (agreement: string, used?: number) => ({
  ...{ agreement, consumer: partyId('troyan'), service: serviceRef('taxi-permit', 1), limit: 40, reset },
  ...(used === undefined ? {} : { used, left: 40 - used }),
})
const figures = (change: Partial<RegistryStatus> = {}) =>
  figuresForOthers({
    window: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z', exchanges: 50, whole: true },
    latency: { answers: 50, p50Ms: 3, p95Ms: 9 },
    ...{ consumers: [], quotas: [], totals: [], ...change },
  })
/** `name: count`, and `-` for what is not told. */
const told = <Row extends object>(rows: readonly Row[], name: keyof Row, count: keyof Row): string =>
  rows.map((row) => `${String(row[name])} ${'suppressed' in row ? '-' : String(row[count])}`).join(', ')

describe('the figures of a registry for whoever does not own it', () => {
  it('are whole where there are enough', () => {
    const { window, latency, consumers } = figures({ consumers: [asked('troyan', 45), asked('vidin', 5)] })
    assert.deepEqual([window.exchanges, latency.answers, latency.p50Ms], [50, 50, 3])
    assert.equal(told(consumers, 'consumer', 'questions'), 'troyan 45, vidin 5')
  })

  it('leave out what is of too few, and beside one alone the smallest other, so that no sum gives it away', () => {
    const consumers = [asked('troyan', 45), asked('lovech', 12), asked('vidin', 3)]
    const shown = figures({ consumers }).consumers
    assert.equal(told(shown, 'consumer', 'questions'), 'troyan 45, lovech -, vidin -')
    assert.deepEqual(shown[2], { consumer: 'vidin', suppressed: true })
    const few = [asked('troyan', 45), asked('lovech', 2), asked('vidin', 3)]
    assert.equal(told(figures({ consumers: few }).consumers, 'consumer', 'questions'), 'troyan 45, lovech -, vidin -')
  })

  it('say of a limit what it is, and not how little of it is used', () => {
    const { quotas } = figures({ quotas: [quota('a', 30), quota('b', 4), quota('c')] })
    assert.equal(told(quotas, 'agreement', 'used'), 'a 30, b -, c -')
    assert.deepEqual([quotas[1]?.limit, quotas[1]?.left, quotas[1]?.reset], [40, undefined, reset])
    const operation = operationRef('civil-registry/valid-person@1')
    const { totals } = figures({ totals: [{ operation, limit: 900, used: 0, left: 900, reset }] })
    assert.deepEqual(totals, [{ operation, limit: 900, reset, suppressed: true }])
  })

  it('are absent where one figure stands for all, with the times that follow from it', () => {
    const window = { from: '', to: '', exchanges: 4, whole: true }
    const shown = figures({ window, latency: { answers: 4, p50Ms: 3, p95Ms: 9 } })
    assert.deepEqual([shown.window, shown.latency], [{ from: '', to: '', whole: true }, {}])
    assert.equal(shown.smallest, 5)
  })
})
