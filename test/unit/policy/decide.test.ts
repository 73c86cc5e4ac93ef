import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { partyId, serviceRef } from '../../../src/model/ids.ts'
import { actsFor } from '../../../src/policy/acts-for.ts'
import { decide } from '../../../src/policy/decide.ts'
import type { Governance } from '../../../src/policy/governance.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { canonicalJson, sha256Hex } from '../../../src/schema/canonical-json.ts'
import { aGovernance, GRANT, PERMIT, partyText, suspended } from './a-governance.ts'

const JUNE = new Date('2030-06-01T12:00:00Z')

interface Asked {
  readonly consumer?: string
  readonly legalBasis?: string
  readonly at?: Date
  readonly service?: typeof PERMIT
}

const ask = (governance: Governance, asked: Asked = {}): ReturnType<typeof decide> =>
  decide(governance, {
    consumer: partyId(asked.consumer ?? 'town'),
    signer: { party: partyId(asked.consumer ?? 'town'), key: 'k' },
    official: { position: 'expert' },
    service: asked.service ?? PERMIT,
    legalBasis: asked.legalBasis ?? 'law-a',
    at: asked.at ?? JUNE,
  })

const refusal = (governance: Governance, asked: Asked = {}): string => {
  try {
    ask(governance, asked)
  } catch (error) {
    if (error instanceof BrokerError) return error.message
  }
  return assert.fail('not refused')
}
const without = (text: string): Governance => {
  assert.ok(GRANT.includes(text))
  return aGovernance({ 'grants/town-permit.yaml': GRANT.replace(text, '') })
}

describe('decide', () => {
  it('grants what a grant in force covers, and says on which basis and what may leave', () => {
    const governance = aGovernance()
    assert.deepEqual(ask(governance), {
      grant: 'town-permit',
      file: { grant: 'town-permit', digest: sha256Hex(canonicalJson(governance.grants[0])) },
      legalBasis: { code: 'law-a', text: { bg: 'Закон А', en: 'Act A' } },
      disclosure: { person: ['names'], car: [] },
      governanceDigest: governance.digest,
      counting: {},
      openCase: false,
    })
  })

  it('lets only checks out of a call that the grant withholds, whatever its operation discloses', () => {
    const governance = aGovernance({ 'grants/town-permit.yaml': `${GRANT}withhold: [person]\n` })
    assert.deepEqual(ask(governance).disclosure, { person: [], car: [] })
  })

  it('lets only checks out of a call whose owner wants that, whatever was granted before', () => {
    const calls = PERMIT.calls.map((call) => (call.name === 'person' ? { ...call, checksOnly: true } : call))
    assert.deepEqual(ask(aGovernance(), { service: { ...PERMIT, calls } }).disclosure, { person: [], car: [] })
  })

  it('refuses whoever is no party, is suspended or is no consumer', () => {
    assert.equal(refusal(aGovernance(), { consumer: 'city' }), 'access.unknown-party: the consumer is not a party')
    assert.equal(
      refusal(aGovernance({ 'parties/town.yaml': suspended('town') })),
      'access.suspended: town is suspended',
    )
    assert.equal(refusal(aGovernance(), { consumer: 'police' }), 'access.not-granted: police is not a consumer')
  })

  it('refuses a consumer without a grant, and another version of a granted service', () => {
    assert.equal(
      refusal(aGovernance(), { consumer: 'village' }),
      'access.not-granted: village has no grant for permit@1',
    )
    const next = { ...PERMIT, ref: serviceRef('permit', 2), version: 2 }
    assert.equal(refusal(aGovernance(), { service: next }), 'access.not-granted: town has no grant for permit@2')
  })

  it('counts the first and the last day by the calendar in Sofia', () => {
    const governance = aGovernance()
    assert.equal(
      refusal(governance, { at: new Date('2029-12-31T21:59:59Z') }),
      'access.not-granted: the grant town-permit begins on 2030-01-01',
    )
    assert.ok(ask(governance, { at: new Date('2029-12-31T22:00:00Z') }))
    assert.ok(ask(governance, { at: new Date('2030-12-31T21:59:59Z') }))
    assert.equal(
      refusal(governance, { at: new Date('2030-12-31T22:00:00Z') }),
      'access.not-granted: the grant town-permit ended on 2030-12-31',
    )
  })

  it('says whose approval is missing, also where the call is optional', () => {
    assert.equal(
      refusal(without('  cars: { by: police, on: 2029-12-02, reference: P-1 }\n')),
      'access.not-granted: the grant town-permit lacks the approval of police for cars',
    )
  })

  it('does not count an approval that somebody else gave, whatever the snapshot was loaded from', () => {
    const governance = aGovernance()
    const moved = { ...governance, owners: new Map([...governance.owners, ['cars', partyId('harbour')] as const]) }
    assert.match(refusal(moved), /lacks the approval of harbour for cars/)
    assert.match(refusal({ ...governance, owners: new Map() }), /lacks the approval of the owner for people/)
  })

  it('refuses a basis that only the service allows, only the grant allows, or nobody', () => {
    assert.equal(
      refusal(aGovernance(), { legalBasis: 'law-b' }),
      'access.legal-basis: permit@1 under the grant town-permit rests on law-a',
    )
    assert.match(refusal(aGovernance(), { service: { ...PERMIT, legalBases: ['law-b'] } }), /^access\.legal-basis: /)
    const invented = refusal(aGovernance(), { legalBasis: '8427029967' })
    assert.match(invented, /^access\.legal-basis: /)
    assert.doesNotMatch(invented, /8427029967/)
  })

  it('names all the bases that could have been rested on', () => {
    const both = aGovernance({ 'grants/town-permit.yaml': GRANT.replace('[law-a]', '[law-a, law-b]') })
    assert.equal(ask(both, { legalBasis: 'law-b' }).legalBasis.code, 'law-b')
    assert.equal(
      refusal(both, { legalBasis: 'law-c' }),
      'access.legal-basis: permit@1 under the grant town-permit rests on law-a, law-b',
    )
  })

  it('names the official in the words of the grant, where it restricts any', () => {
    const governance = aGovernance()
    const officials = ['Head', 'Senior  Expert']
    const restricted = { ...governance, grants: governance.grants.map((grant) => ({ ...grant, officials })) }
    const asking = (position: string) =>
      decide(restricted, {
        ...{ consumer: partyId('town'), signer: { party: partyId('town'), key: 'k' }, service: PERMIT },
        ...{ legalBasis: 'law-a', at: JUNE, official: { position } },
      })
    assert.equal(asking(' senior expert').official, 'Senior  Expert')
    for (const other of ['expert', 'seniorexpert', ''])
      assert.throws(() => asking(other), {
        code: 'access.official',
        detail: 'permit@1 for town is for: Head, Senior  Expert',
      })
    assert.ok(!('official' in ask(governance)))
  })

  it('takes the grant that is in force where an older one has ended', () => {
    const older = GRANT.replace('town-permit', 'town-permit-2029')
      .replace('2030-01-01', '2029-01-01')
      .replace('2030-12-31', '2029-12-31')
    const governance = aGovernance({ 'grants/town-permit-2029.yaml': older })
    assert.equal(ask(governance).grant, 'town-permit')
    assert.equal(ask(governance, { at: new Date('2029-06-01T12:00:00Z') }).grant, 'town-permit-2029')
  })
})

describe('actsFor', () => {
  const may = (governance: Governance, signer: string, consumer: string): boolean =>
    actsFor(governance, partyId(signer), partyId(consumer))

  it('lets a party act for itself, and a recorded delegate for another', () => {
    const governance = aGovernance()
    assert.equal(may(governance, 'town', 'town'), true)
    assert.equal(may(governance, 'village', 'town'), true)
  })

  it('lets nobody else act, nor the other way round, nor a suspended delegate', () => {
    const governance = aGovernance()
    assert.equal(may(governance, 'town', 'village'), false)
    assert.equal(may(governance, 'police', 'town'), false)
    assert.equal(may(governance, 'village', 'nowhere'), false)
    assert.equal(may(aGovernance({ 'parties/village.yaml': suspended('village') }), 'village', 'town'), false)
  })

  it('lets a recorded delegate that is no party act for nobody', () => {
    const governance = aGovernance()
    const town = governance.parties.get(partyId('town')) ?? assert.fail()
    const parties = new Map([...governance.parties, [town.id, { ...town, delegates: [partyId('ghost')] }]])
    assert.equal(may({ ...governance, parties }, 'ghost', 'town'), false)
  })

  it('does not pass delegation on', () => {
    const governance = aGovernance({
      'parties/village.yaml': partyText('village', 'consumer', 'delegates: [hamlet]\n'),
      'parties/hamlet.yaml': partyText('hamlet', 'consumer'),
    })
    assert.equal(may(governance, 'hamlet', 'village'), true)
    assert.equal(may(governance, 'hamlet', 'town'), false)
  })
})
