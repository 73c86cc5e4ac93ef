import assert from 'node:assert/strict'
import { downtimeUntil } from '../../../src/dispatch/downtime.ts'

const window = (from: string, to: string) => ({ from, to, reason: 'поддръжка' })
const NIGHT = window('2026-03-01T22:00:00Z', '2026-03-02T02:00:00Z')
const at = (instant: string): Date => new Date(instant)

describe('a planned downtime', () => {
  it('begins with its first moment and is over with its last', () => {
    assert.equal(downtimeUntil([NIGHT], at('2026-03-01T21:59:59.999Z')), undefined)
    assert.deepEqual(downtimeUntil([NIGHT], at('2026-03-01T22:00:00Z')), at(NIGHT.to))
    assert.deepEqual(downtimeUntil([NIGHT], at('2026-03-02T01:59:59.999Z')), at(NIGHT.to))
    assert.equal(downtimeUntil([NIGHT], at(NIGHT.to)), undefined)
  })

  it('lasts until the end of the last window that begins before another ends, in whatever order and zone they stand', () => {
    const windows = [
      window('2026-03-02T02:00:00Z', '2026-03-02T03:00:00Z'),
      window('2026-03-02T03:30:00+02:00', '2026-03-02T04:15:00+02:00'),
    ]
    assert.deepEqual(downtimeUntil([...windows, NIGHT], at('2026-03-01T23:00:00Z')), at('2026-03-02T03:00:00Z'))
  })

  it('is not there where nothing is planned', () =>
    assert.equal(downtimeUntil([], at('2026-03-01T23:00:00Z')), undefined))
})
