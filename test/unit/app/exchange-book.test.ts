import assert from 'node:assert/strict'
import { type BookParts, exchangeBook } from '../../../src/app/exchange-book.ts'
import type { ExchangeBook } from '../../../src/http/record-desks.ts'
import type { Reader } from '../../../src/model/exchange-list.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { searchMarks } from '../../../src/store/search-marks.ts'

const party = (id: string, role: string, state = 'active') => [partyId(id), { id, role, state, delegates: [] }] as const
const governance = {
  parties: new Map([
    party('court-of-auditors', 'auditor'),
    party('suspended-auditor', 'auditor', 'suspended'),
    party('grao', 'provider'),
    party('troyan', 'consumer'),
  ]),
  owners: new Map([['civil-registry', partyId('grao')]]),
}
const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }
const ID = exchangeId('0193a6f0-0000-7000-8000-000000000001')

describe('the book of exchanges', () => {
  /** Nobody touches its rows, and no reading can be recorded. */
  const book = (): ExchangeBook =>
    exchangeBook({
      rules: { governance },
      marks: searchMarks(Buffer.alloc(32, 1)),
      log: { read: () => Promise.reject(new BrokerError('broker.log-unavailable', 'the log is away')) },
      store: {
        get db(): never {
          throw new Error('rows were read')
        },
      },
    } as unknown as BookParts)
  const as = (id: string): Reader => ({ party: partyId(id), certificate: 'ab'.repeat(32) })
  const refusedWith = (code: string) => (error: unknown) => error instanceof BrokerError && error.code === code

  const READINGS: Readonly<Record<string, (book: ExchangeBook) => Promise<unknown>>> = {
    'a page of all': (each) => each.list(as('court-of-auditors'), { of: 'all' }, PERIOD, { limit: 1 }),
    'the whole list': (each) => each.walk(as('court-of-auditors'), { of: 'all' }, PERIOD),
    'a page of a registry': (each) =>
      each.list(as('grao'), { of: 'registry', registry: 'civil-registry' }, PERIOD, { limit: 1 }),
    'one exchange': (each) => each.record(as('court-of-auditors'), ID),
    'the mark of an official': (each) =>
      each.officialOf(as('court-of-auditors'), { consumer: 'troyan', identifier: 'x' }),
  }
  for (const [what, read] of Object.entries(READINGS))
    it(`shows ${what} to nobody whose reading cannot be recorded`, () =>
      assert.rejects(read(book()), refusedWith('broker.log-unavailable')))

  it('refuses an auditor that is suspended', async () => {
    const reading = book().list(as('suspended-auditor'), { of: 'all' }, PERIOD, { limit: 1 })
    await assert.rejects(reading, refusedWith('access.suspended'))
    await assert.rejects(book().record(as('suspended-auditor'), ID), refusedWith('access.suspended'))
  })

  it('looks for nobody where there is no search key', async () => {
    const parts = { rules: { governance }, log: { read: () => Promise.resolve() } } as unknown as BookParts
    const asked = exchangeBook(parts).officialOf(as('court-of-auditors'), { consumer: 'troyan', identifier: 'x' })
    await assert.rejects(asked, refusedWith('request.parameter'))
  })
})
