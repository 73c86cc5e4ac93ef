import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tellExpiring } from '../../../src/app/chores.ts'
import { makeLogger } from '../../../src/ops/logger.ts'
import { expiringAt, expirySummary } from '../../../src/pki/expiry.ts'

const NOW = new Date('2030-06-15T12:00:00Z')
const endsIn = (days: number) => ({
  owner: 'town',
  use: 'seal',
  notAfter: new Date(NOW.getTime() + days * 86_400_000),
})

describe('expiringAt', () => {
  it('warns 60, 30 and 7 days ahead, and of what has ended', () => {
    const steps = [-1, 0, 7, 7.5, 30, 30.5, 60, 60.5].map((days) => expiringAt([endsIn(days)], NOW)[0]?.within)
    assert.deepEqual(steps, [0, 7, 7, 30, 30, 60, 60, undefined])
  })

  it('names the most urgent first, with the days that remain', () => {
    const found = expiringAt([endsIn(45), endsIn(-2), endsIn(3.9), endsIn(400)], NOW)
    assert.deepEqual(
      found.map(({ days }) => days),
      [-2, 3, 45],
    )
  })

  it('moves on with the clock', () => {
    const certificate = endsIn(61)
    assert.deepEqual(expiringAt([certificate], NOW), [])
    const later = new Date(NOW.getTime() + 2 * 86_400_000)
    assert.equal(expiringAt([certificate], later)[0]?.within, 60)
  })
})

describe('what is told of it', () => {
  it('is a number for each step to whoever asks whether edno is ready, and no name', () => {
    assert.equal(expirySummary([]), 'ok')
    const summary = expirySummary(expiringAt([endsIn(-1), endsIn(5), endsIn(6), endsIn(50)], NOW))
    assert.equal(summary, 'certificates that end: 1 expired, 2 within 7 days, 1 within 60 days')
  })

  it('is a line of the log for each certificate, with its party, use and days', () => {
    const lines: string[] = []
    const logger = makeLogger({ level: 'info', write: (line) => void lines.push(line) })
    tellExpiring({ expiring: (now) => expiringAt([endsIn(5), endsIn(500)], now), clock: () => NOW, logger })
    assert.equal(lines.length, 1)
    const { msg, party, kind, days } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
    assert.deepEqual([msg, party, kind, days], ['a certificate ends within 7 days', 'town', 'seal', 5])
  })
})
