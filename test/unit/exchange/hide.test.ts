import assert from 'node:assert/strict'
import { hiddenUntilOf } from '../../../src/exchange/hide.ts'
import type { ProvenRequest } from '../../../src/model/exchange.ts'
import type { Hiding } from '../../../src/model/service.ts'

const RECEIVED = '2026-03-01T10:00:00.000Z'
const TEN_DAYS_ON = '2026-03-11T10:00:00.000Z'

const hidden = (hiding: Hiding | undefined, hiddenUntil?: string): string | undefined =>
  hiddenUntilOf({
    application: hiddenUntil === undefined ? {} : { hiddenUntil },
    known: { definition: hiding === undefined ? {} : { hiding } },
    receivedAt: new Date(RECEIVED),
  } as unknown as ProvenRequest).hiddenUntil

describe('an exchange', () => {
  it('is hidden from nobody where neither service nor application says so', () => {
    assert.equal(hidden(undefined), undefined)
    assert.equal(hidden({ days: 10, always: false }), undefined)
  })

  it('of a service of investigations is hidden for as long as the service says, whatever the application says', () => {
    assert.equal(hidden({ days: 10, always: true }), TEN_DAYS_ON)
    assert.equal(hidden({ days: 10, always: true }, '2026-03-02T00:00:00+02:00'), TEN_DAYS_ON)
  })

  it('is hidden till the date of its application, where the service allows that', () => {
    assert.equal(hidden({ days: 10, always: false }, '2026-03-05T00:00:00+02:00'), '2026-03-04T22:00:00.000Z')
    assert.equal(hidden({ days: 10, always: false }, TEN_DAYS_ON), TEN_DAYS_ON)
  })

  for (const [what, hiding, until] of [
    ['the service allows none', undefined, '2026-03-02T00:00:00Z'],
    ['it is for longer than the service allows', { days: 10, always: false }, '2026-03-11T10:00:01Z'],
    ['it is for longer than all are hidden', { days: 10, always: true }, '2026-03-12T00:00:00Z'],
    ['the day does not exist', { days: 10, always: false }, '2026-02-99T00:00:00Z'],
  ] as const)
    it(`is refused where it wants to be hidden and ${what}`, () =>
      assert.throws(() => hidden(hiding, until), { code: 'service.hiding' }))
})
