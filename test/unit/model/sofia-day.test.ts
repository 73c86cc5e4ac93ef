import assert from 'node:assert/strict'
import { nextSofiaDay, sofiaDay } from '../../../src/model/sofia-day.ts'

describe('the day in Sofia', () => {
  const days = [
    ['in winter', '2026-01-15T12:00:00Z', '2026-01-15', '2026-01-15T22:00:00.000Z'],
    ['in summer', '2026-07-15T12:00:00Z', '2026-07-15', '2026-07-15T21:00:00.000Z'],
    ['an hour before midnight', '2026-07-15T20:00:00Z', '2026-07-15', '2026-07-15T21:00:00.000Z'],
    ['at midnight', '2026-07-15T21:00:00Z', '2026-07-16', '2026-07-16T21:00:00.000Z'],
    ['on the short day of spring', '2026-03-28T23:00:00Z', '2026-03-29', '2026-03-29T21:00:00.000Z'],
    ['on the long day of autumn', '2026-10-24T22:00:00Z', '2026-10-25', '2026-10-25T22:00:00.000Z'],
    ['before the short day', '2026-03-28T12:00:00Z', '2026-03-28', '2026-03-28T22:00:00.000Z'],
    ['before the long day', '2026-10-24T12:00:00Z', '2026-10-24', '2026-10-24T21:00:00.000Z'],
    ['at the end of a year', '2026-12-31T21:59:59Z', '2026-12-31', '2026-12-31T22:00:00.000Z'],
  ] as const
  for (const [when, at, day, next] of days)
    it(`has its date, and ends at midnight there: ${when}`, () => {
      assert.equal(sofiaDay(new Date(at)), day)
      assert.equal(nextSofiaDay(new Date(at)).toISOString(), next)
    })

  it('is that of the time zone at every hour of a year, in whatever order it is asked', () => {
    const zone = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia', dateStyle: 'short' })
    const start = Date.parse('2026-01-01T00:00:00Z')
    for (let hour = 0; hour < 8760; hour += 1)
      for (const ms of [0, 3_599_999]) {
        const at = new Date(start + ((hour * 7919) % 8760) * 3_600_000 + ms)
        assert.equal(sofiaDay(at), zone.format(at))
      }
    assert.equal(sofiaDay(new Date('1899-12-31T21:59:00Z')), '1899-12-31')
  })
})
