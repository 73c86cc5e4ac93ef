import assert from 'node:assert/strict'
import type { AgreementContent, AgreementDigest, RecordedAct, Side } from '../../../src/model/agreement.ts'
import { partyId } from '../../../src/model/ids.ts'
import { createCases } from '../../../src/policy/cases.ts'
import type { Governance, Party } from '../../../src/policy/governance.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const town = partyId('town')
const vendor = partyId('vendor')
const stranger = partyId('stranger')
const NOW = new Date('2030-03-01T10:00:00Z')

const aParty = (id: string, more: Partial<Party> = {}): Party => ({
  id: partyId(id),
  role: 'consumer',
  name: { bg: id, en: id },
  state: 'active',
  certificates: { tls: [], seal: [] },
  delegates: [],
  totals: {},
  contacts: {},
  ...more,
})

const governed = (...parties: Party[]): Governance => ({
  parties: new Map(parties.map((party) => [party.id, party])),
  grants: [],
  agreements: [],
  legalBases: new Map(),
  owners: new Map(),
  digest: '',
})

/** One agreement in force of the town, which names this delegate. */
const naming = (delegate: string): Pick<Governance, 'agreements' | 'owners'> => {
  const at = '2030-02-01T10:00:00.000Z'
  const sides: [Side, string][] = [
    ['consumer', 'town'],
    ['provider', 'police'],
    ['delegate', delegate],
  ]
  const content = {
    ...{ consumer: { party: town, keys: [] }, provider: partyId('police'), registry: 'cars' },
    ...{ delegate: { party: partyId(delegate), keys: [] }, validity: { from: '2030-01-01', until: '2030-12-31' } },
  } as unknown as AgreementContent
  const acts = sides.map(([side, by], sequence) => ({
    ...{ act: 'accept' as const, by: partyId(by), side, at, recordedAt: at, sequence: sequence + 1, jws: '' },
  }))
  return {
    agreements: [{ digest: 'a' as AgreementDigest, content, acts: acts as unknown as RecordedAct[] }],
    owners: new Map([['cars', partyId('police')]]),
  }
}

describe('cases', function () {
  this.timeout(60_000)
  let store: Store
  before(async () => {
    store = await testStore()
  })
  const casesOf = (...parties: Party[]) =>
    createCases({ db: store.db, governance: () => governed(...parties), clock: () => NOW })
  const request = (party: typeof town, number = 'A-1') => ({ party, consumer: town, number })
  const parties = [aParty('town', { delegates: [vendor] }), aParty('vendor'), aParty('stranger')]

  it('are never kept under the number of a person', async () => {
    const cases = casesOf(...parties)
    for (const number of ['8427029967', 'ТР-8427029967/1']) {
      for (const act of [cases.open, cases.close, cases.find])
        await assert.rejects(async () => act(request(town, number)), {
          code: 'request.parameter',
          detail: 'case: the number of a case is expected, this looks like that of a person',
        })
      assert.equal(await cases.isOpen(town, number), false)
    }
  })

  it('are open from their opening to their closing, for their consumer alone', async () => {
    const cases = casesOf(...parties)
    assert.equal(await cases.isOpen(town, 'A-1'), false)
    const open = { state: 'open', openedAt: NOW.toISOString() }
    assert.deepEqual(await cases.open(request(town)), { view: open, fresh: true })
    assert.deepEqual(await cases.find(request(town)), open)
    assert.deepEqual(await cases.open(request(town)), { view: open, fresh: false })
    assert.deepEqual([await cases.isOpen(town, 'A-1'), await cases.isOpen(stranger, 'A-1')], [true, false])
    const closed = await cases.close(request(town))
    assert.deepEqual(closed, { state: 'closed', openedAt: NOW.toISOString(), closedAt: NOW.toISOString() })
    assert.deepEqual(await cases.find(request(town)), closed)
    assert.equal(await cases.isOpen(town, 'A-1'), false)
    assert.deepEqual(await cases.open(request(town)), { view: open, fresh: true })
    await cases.close(request(town))
  })

  it('that nobody opened are unknown, to be found and to be closed', async () => {
    const cases = casesOf(...parties)
    const unknown = { code: 'access.case-unknown', detail: 'no case of this consumer has this number' }
    for (const act of [cases.find, cases.close]) await assert.rejects(act(request(town, 'Z-9')), unknown)
    assert.equal(await cases.isOpen(town, 'Z-9'), false)
    const governance = { ...governed(...parties, aParty('agency')), ...naming('agency') }
    const named = createCases({ db: store.db, governance: () => governance, clock: () => NOW })
    await assert.rejects(named.find(request(partyId('agency'), 'Z-9')), unknown)
  })

  it('are those of consumers alone', async () => {
    const police = partyId('police')
    const cases = casesOf(aParty('police', { role: 'provider' }))
    await assert.rejects(cases.open({ party: police, consumer: police, number: 'A-1' }), {
      ...{ code: 'access.not-granted', detail: 'police is not a consumer' },
    })
  })

  it('are opened once, of many openings at once', async () => {
    const cases = casesOf(...parties)
    const opened = await Promise.all(Array.from({ length: 10 }, () => cases.open(request(town, 'A-2'))))
    assert.equal(opened.filter(({ fresh }) => fresh).length, 1)
  })

  it('are kept by a delegate, and by no other party', async () => {
    const cases = casesOf(...parties)
    await cases.open(request(vendor, 'A-3'))
    assert.equal(await cases.isOpen(town, 'A-3'), true)
    for (const act of [cases.open, cases.close, cases.find])
      await assert.rejects(async () => act(request(stranger, 'A-3')), {
        ...{ code: 'access.delegation', detail: 'stranger is no delegate of town' },
      })
  })

  it('are kept by a delegate that only an agreement names where it opened them itself', async () => {
    const governance = { ...governed(...parties, aParty('agency')), ...naming('agency') }
    const cases = createCases({ db: store.db, governance: () => governance, clock: () => NOW })
    const agency = partyId('agency')
    await cases.open(request(town, 'B-1'))
    for (const act of [cases.open, cases.close, cases.find])
      await assert.rejects(async () => act(request(agency, 'B-1')), {
        ...{ code: 'access.delegation', detail: 'agency keeps only what it opened for town' },
      })
    assert.equal(await cases.isOpen(town, 'B-1'), true)
    await cases.close(request(town, 'B-1'))
    await assert.rejects(cases.open(request(agency, 'B-1')), { code: 'access.delegation' })
    await cases.open(request(agency, 'B-2'))
    assert.equal((await cases.find(request(agency, 'B-2'))).state, 'open')
    assert.equal((await cases.close(request(agency, 'B-2'))).state, 'closed')
    await cases.open(request(agency, 'B-2'))
    await cases.close(request(town, 'B-2'))
    await assert.rejects(cases.open(request(agency, 'B-2')), { code: 'access.delegation' })
  })

  it('are kept by nobody for a party that is suspended, nor by a suspended one', async () => {
    const suspended = casesOf(aParty('town', { state: 'suspended' }))
    const told = (party: string) => ({
      ...{ code: 'access.suspended', detail: `${party} or town is not an active party` },
    })
    await assert.rejects(suspended.open(request(town, 'A-4')), told('town'))
    const [consumer] = parties
    const without = casesOf(consumer!, aParty('vendor', { state: 'suspended' }))
    await assert.rejects(without.open(request(vendor, 'A-4')), told('vendor'))
    await assert.rejects(without.open(request(stranger, 'A-4')), told('stranger'))
    await assert.rejects(casesOf(aParty('vendor')).open(request(vendor, 'A-4')), told('vendor'))
    assert.equal(await without.isOpen(town, 'A-4'), false)
  })
})
