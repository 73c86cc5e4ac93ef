import assert from 'node:assert/strict'
import type { Agreement, AgreementContent, AgreementDigest, Side } from '../../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { asksOf } from '../../../../src/policy/agreement/asks.ts'
import { mayActFor, mayHandInFor } from '../../../../src/policy/agreement/delegates.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import { aGovernance, partyText, PERMIT, suspended } from '../a-governance.ts'

const AT = new Date('2030-06-01T12:00:00Z')
const MAY = '2030-05-01T09:00:00.000Z'
const PARKING = { ...PERMIT, ref: serviceRef('parking', 1), id: 'parking' }
const [agency, town, village] = [partyId('agency'), partyId('town'), partyId('village')]
let base: Governance
const load = (): void => {
  base = aGovernance({
    'grants/town-permit.yaml': undefined,
    'parties/agency.yaml': partyText('agency', 'consumer'),
  })
}

/** Agreed by all sides, for the service of that name. */
function agreed(registry: 'people' | 'cars', service = PERMIT, delegate = true): Agreement {
  const provider = partyId(registry === 'people' ? 'ministry' : 'police')
  const operation = operationRef(registry === 'people' ? 'people/person@1' : 'cars/car@1')
  const content: AgreementContent = {
    ...{ type: 'edno-agreement@1', id: '0c3f5ad2-4e0b-4d4e-9d55-0d7a3f6f1a01' },
    ...{ request: '0c3f5ad2-4e0b-4d4e-9d55-0d7a3f6f1a02', consumer: { party: town, keys: ['k1'] }, provider, registry },
    ...{
      service: service.ref,
      asks: asksOf(service)[registry]!,
      operations: [{ operation, fields: [] }],
      withhold: [],
    },
    ...{ legalBases: ['law-a'], purpose: 'parking', validity: { from: '2030-01-01', until: '2030-12-31' } },
    ...(delegate ? { delegate: { party: agency, keys: ['k9'] } } : {}),
    createdAt: MAY,
  }
  const digest = `${service.id}-${registry}` as AgreementDigest
  const sides: [Side, typeof town][] = [
    ['consumer', town],
    ['provider', provider],
    ['delegate', agency],
  ]
  const acts = sides.map(([side, by], index) => ({
    ...{
      type: 'edno-agreement-act@1' as const,
      agreement: digest,
      consumer: town,
      provider,
      registry,
      service: service.ref,
    },
    ...{ act: 'accept' as const, by, side, at: MAY, recordedAt: MAY, sequence: index + 1, jws: `jws-${index}` },
  }))
  return { digest, content, acts: delegate ? acts : acts.slice(0, 2) }
}
const having = (...agreements: Agreement[]): Governance => ({ ...base, agreements })
const handsIn = (governance: Governance, service = PERMIT, sender = agency): boolean =>
  mayHandInFor(governance, sender, town, { service, at: AT })

describe('a delegate that agreements name', () => {
  before(load)

  let both: Governance
  before(() => {
    both = having(agreed('people'), agreed('cars'))
  })

  it('hands in what the consumer signed for the service that they are about, and for no other', () => {
    assert.equal(handsIn(both), true)
    const parking = having(...both.agreements, agreed('people', PARKING, false), agreed('cars', PARKING, false))
    assert.equal(handsIn(parking, PARKING), false)
    assert.equal(mayHandInFor(both, agency, town, { service: undefined, at: AT }), false)
  })

  it('hands in nothing where only some of the agreements name it', () =>
    assert.equal(handsIn(having(agreed('people'), agreed('cars', PERMIT, false))), false))

  it('hands in nothing where not all is granted, or a file grants a part', () => {
    assert.equal(handsIn(having(agreed('people'))), false)
    assert.equal(handsIn(having()), false)
    const file = aGovernance({ 'parties/agency.yaml': partyText('agency', 'consumer') })
    assert.equal(handsIn(file), false)
    assert.equal(handsIn({ ...file, agreements: [agreed('people')] }), false)
    assert.equal(handsIn({ ...file, agreements: both.agreements }), true)
  })

  it('hands in and comes for nobody while it is suspended, or once it is no party', () => {
    for (const parties of [
      new Map([...base.parties].filter(([id]) => id !== agency)),
      new Map(aGovernance({ 'parties/agency.yaml': suspended('agency') }).parties),
    ]) {
      assert.equal(handsIn({ ...both, parties }), false)
      assert.equal(mayActFor({ ...both, parties }, agency, town, AT), false)
    }
  })

  it('comes where one of many agreements names it, for that consumer alone, while it is in force', () => {
    const some = having(agreed('people', PERMIT, false), agreed('cars'))
    assert.equal(mayActFor(some, agency, town, AT), true)
    assert.equal(mayActFor(some, agency, village, AT), false)
    assert.equal(mayActFor(some, village, agency, AT), false)
    assert.equal(mayActFor(some, agency, town, new Date('2031-06-01T12:00:00Z')), false)
  })

  it('does not stand in the way of one that is recorded in the file of the consumer', () =>
    assert.equal(handsIn(having(), PERMIT, village), true))

  it('is none once the provider does not own the registry any more', () => {
    assert.equal(mayActFor(having(agreed('cars')), agency, town, AT), true)
    const owners = new Map([...base.owners, ['cars', partyId('ministry')] as const])
    assert.equal(mayActFor({ ...having(agreed('cars')), owners }, agency, town, AT), false)
  })
})
