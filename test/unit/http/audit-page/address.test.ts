import assert from 'node:assert/strict'
import {
  exchangeAddress,
  filterOf,
  lastWeek,
  listAddress,
  tableAddress,
} from '../../../../src/http/audit-page/address.ts'
import { exchangeId, partyId } from '../../../../src/model/ids.ts'
import { BrokerError } from '../../../../src/problem/broker-error.ts'

const ID = '0193a6f0-0000-7000-8000-000000000001'

describe('addresses of the page for auditors', () => {
  it('mean whole days of the calendar in Sofia, in winter, in summer and when clocks change', () => {
    const periods = [
      ['2026-01-01', '2026-01-31', '2025-12-31T22:00:00.000Z', '2026-01-31T22:00:00.000Z'],
      ['2026-07-01', '2026-07-01', '2026-06-30T21:00:00.000Z', '2026-07-01T21:00:00.000Z'],
      ['2026-03-29', '2026-03-29', '2026-03-28T22:00:00.000Z', '2026-03-29T21:00:00.000Z'],
      ['2026-10-25', '2026-10-25', '2026-10-24T21:00:00.000Z', '2026-10-25T22:00:00.000Z'],
    ] as const
    for (const [from, to, begins, ends] of periods)
      assert.deepEqual(filterOf({ from, to }), { from: begins, to: ends }, `${from} to ${to}`)
  })

  it('refuse a day that there is not, and are no filter without both ends', () => {
    for (const from of ['2026-02-30', '2026-13-01'])
      assert.throws(
        () => filterOf({ from, to: '2026-03-01' }),
        (error) => error instanceof BrokerError && error.code === 'request.parameter',
      )
    assert.equal(filterOf({ from: '2026-01-01' }), undefined)
    assert.equal(filterOf({ to: '2026-01-01', consumer: 'troyan' }), undefined)
  })

  it('keep the filter from page to page, and neither the place nor whose exchange was shown', () => {
    const query = { from: '2026-01-01', to: '2026-01-02', outcome: 'failed', of: 'lovech', after: `troyan.${ID}` }
    assert.equal(listAddress(query), '/audit?from=2026-01-01&to=2026-01-02&outcome=failed')
    assert.equal(
      exchangeAddress({ ...query, lang: 'en' }, { exchangeId: exchangeId(ID), consumer: partyId('troyan') }),
      `/audit/exchanges/${ID}?from=2026-01-01&to=2026-01-02&outcome=failed&lang=en&of=troyan`,
    )
    assert.equal(listAddress({ case: 'ТР 1/2&x' }), '/audit?case=%D0%A2%D0%A0+1%2F2%26x')
    assert.match(
      tableAddress(filterOf(query)!),
      /^\/v1\/audit\/exchanges\?from=2025-12-31T22%3A00%3A00.000Z&to=.*&outcome=failed&format=csv$/,
    )
  })

  it('propose the last seven days', () => {
    assert.deepEqual(lastWeek(new Date('2026-11-22T22:30:00Z')), { from: '2026-11-17', to: '2026-11-23' })
  })
})
