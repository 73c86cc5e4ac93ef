import assert from 'node:assert/strict'
import { grantFiles } from '../../../../src/cli/access/grant-files.ts'
import type { ServiceOffer } from '../../../../src/client/compose-agreements.ts'
import type { Agreement, AgreementContent, AgreementDigest, RecordedAct } from '../../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { writeYaml } from '../../../../src/schema/write-yaml.ts'

const SERVICE: ServiceOffer = {
  id: 'permit',
  version: 1,
  title: { bg: 'Разрешение', en: 'Permit' },
  legalBases: ['law-a', 'law-b'],
  asks: {},
  calls: [
    { name: 'driver', operation: operationRef('people/person@1') },
    { name: 'vehicle', operation: operationRef('cars/car@1') },
  ],
}

let made = 0
const agreement = (registry: 'people' | 'cars', change: Partial<AgreementContent> = {}): Agreement => {
  const digest = String((made += 1)).padStart(64, '0') as AgreementDigest
  const operation = operationRef(registry === 'people' ? 'people/person@1' : 'cars/car@1')
  const provider = partyId(registry === 'people' ? 'ministry' : 'police')
  const content: AgreementContent = {
    type: 'edno-agreement@1',
    id: digest,
    request: digest,
    consumer: { party: partyId('town'), keys: ['aa'.repeat(32)] },
    provider,
    registry,
    service: serviceRef('permit', 1),
    asks: 'ab'.repeat(32),
    operations: [{ operation, fields: registry === 'people' ? ['born'] : [] }],
    withhold: [],
    legalBases: ['law-a', 'law-b'],
    purpose: 'Permits',
    validity: { from: '2030-01-01', until: '2030-12-31' },
    createdAt: '2029-12-01T10:00:00.000Z',
    ...change,
  }
  const accepted: RecordedAct = {
    type: 'edno-agreement-act@1',
    agreement: digest,
    act: 'accept',
    by: provider,
    consumer: content.consumer.party,
    provider,
    registry,
    service: content.service,
    at: content.createdAt,
    side: 'provider',
    sequence: made,
    recordedAt: '2029-12-02T22:30:00.000Z',
    jws: 'a.b.c',
  }
  return { digest, content, acts: [accepted] }
}

describe('agreements in the form of config/grants', () => {
  it('are one file for each consumer and service, with the day of each decision in Sofia', () => {
    const [people, cars] = [agreement('people'), agreement('cars', { legalBases: ['law-b'] })]
    const files = grantFiles([people, cars], [SERVICE])
    assert.equal(files.length, 1)
    assert.deepEqual(files[0], {
      grant: {
        id: 'town-permit-v1',
        consumer: 'town',
        service: 'permit@1',
        legalBases: ['law-b'],
        disclose: { 'people/person@1': ['born'], 'cars/car@1': 'checks-only' },
        keys: ['aa'.repeat(32)],
        validFrom: '2030-01-01',
        validUntil: '2030-12-31',
        approvals: {
          people: { by: 'ministry', on: '2029-12-03', reference: people.digest },
          cars: { by: 'police', on: '2029-12-03', reference: cars.digest },
        },
      },
      remarks: [],
    })
  })

  it('leave out the approval of a registry that nobody agreed to, and of one under a quota, which a file cannot say', () => {
    const [file] = grantFiles([agreement('people', { quota: { perDay: 9 } })], [SERVICE])
    assert.deepEqual(file?.grant.approvals, {})
    assert.equal(file.grant.disclose['cars/car@1'], 'checks-only')
    assert.match(
      writeYaml(file.grant, file.remarks),
      /^# people: agreement 0+\d+ allows 9 questions a day; .*\nid: town-permit-v1\n/,
    )
  })

  it('say the newest of several agreements with one registry', () => {
    const files = grantFiles(
      [agreement('people'), agreement('people', { officials: ['clerk'], openCase: true })],
      [SERVICE],
    )
    assert.deepEqual([files[0]?.grant.officials, files[0]?.grant.openCase], [['clerk'], true])
  })

  it('are none where the agreements have no legal basis or day in common', () => {
    const first = agreement('people', { legalBases: ['law-a'] })
    assert.deepEqual(grantFiles([first, agreement('cars', { legalBases: ['law-b'] })], [SERVICE]), [])
    const later = agreement('cars', { validity: { from: '2031-01-01', until: '2031-12-31' } })
    assert.deepEqual(grantFiles([agreement('people'), later], [SERVICE]), [])
  })
})
