import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Agreement, AgreementContent, AgreementDigest, RecordedAct } from '../../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { grantOf, joined, restrictedTo } from '../../../../src/policy/agreement/agreed-grant.ts'
import { lastActOf } from '../../../../src/policy/agreement/last-act.ts'
import type { Grant } from '../../../../src/policy/governance.ts'

const PERSONS = operationRef('civil-registry/valid-person@1')
const VEHICLES = operationRef('vehicle-register/registration@1')
const DIGEST = 'a'.repeat(64) as AgreementDigest

const CONTENT: AgreementContent = {
  type: 'edno-agreement@1',
  id: 'one',
  request: 'all',
  consumer: { party: partyId('town'), keys: ['k1', 'k2'] },
  provider: partyId('ministry'),
  registry: 'civil-registry',
  service: serviceRef('permit', 1),
  asks: 'b'.repeat(64),
  operations: [{ operation: PERSONS, fields: ['egn'] }],
  withhold: ['birth'],
  legalBases: ['law-1', 'law-2'],
  purpose: 'permits',
  validity: { from: '2030-01-01', until: '2030-12-31' },
  createdAt: '2029-12-01T00:00:00.000Z',
}

const recorded = (act: string, by: string, recordedAt: string): RecordedAct =>
  ({ act, by: partyId(by), recordedAt }) as RecordedAct

const agreement = (change: Partial<AgreementContent> = {}, acts: readonly RecordedAct[] = []): Agreement => ({
  digest: DIGEST,
  content: { ...CONTENT, ...change },
  acts,
})

describe('one agreement as a grant', () => {
  it('gives what its content says and not a word more', () => {
    assert.deepEqual(grantOf(agreement()), {
      id: DIGEST,
      consumer: 'town',
      service: 'permit@1',
      legalBases: ['law-1', 'law-2'],
      disclose: { [PERSONS]: ['egn'] },
      withhold: ['birth'],
      validFrom: '2030-01-01',
      validUntil: '2030-12-31',
      approvals: { 'civil-registry': { by: 'ministry', on: '2030-01-01', reference: DIGEST } },
      agreements: [{ registry: 'civil-registry', digest: DIGEST }],
      keys: ['k1', 'k2'],
      openCase: false,
    })
  })

  it('says what it is limited to, where it is', () => {
    const delegate = { party: partyId('region'), keys: ['k9'] }
    const grant = grantOf(agreement({ quota: { perDay: 5 }, delegate, officials: ['clerk'], openCase: true }))
    assert.deepEqual(
      [grant.agreements, grant.delegate, grant.officials, grant.openCase],
      [[{ registry: 'civil-registry', digest: DIGEST, perDay: 5 }], delegate, ['clerk'], true],
    )
  })

  it('is approved on the day in Sofia on which its provider last accepted it, whatever others declared', () => {
    const acts = [
      recorded('accept', 'ministry', '2030-02-01T12:00:00.000Z'),
      recorded('accept', 'ministry', '2030-03-01T22:30:00.000Z'),
      recorded('accept', 'town', '2030-04-01T12:00:00.000Z'),
      recorded('suspend', 'ministry', '2030-05-01T12:00:00.000Z'),
    ]
    assert.equal(grantOf(agreement({}, acts)).approvals['civil-registry']?.on, '2030-03-02')
    assert.equal(grantOf(agreement({}, acts.slice(2))).approvals['civil-registry']?.on, '2030-01-01')
  })
})

const part = (change: Partial<Grant>): Grant => ({ ...grantOf(agreement()), ...change })
const file = (change: Partial<Grant>): Grant => {
  const { agreements: _, keys: __, ...grant } = part(change)
  return grant
}

describe('a grant that is restricted to registries', () => {
  it('keeps operations and approvals of these alone', () => {
    const both = part({
      disclose: { [PERSONS]: ['egn'], [VEHICLES]: ['vin'] },
      approvals: {
        'civil-registry': { by: partyId('ministry'), on: '2030-01-01', reference: 'r' },
        'vehicle-register': { by: partyId('police'), on: '2030-01-01', reference: 's' },
      },
    })
    const kept = restrictedTo(both, ['vehicle-register'])
    assert.deepEqual([Object.keys(kept.disclose), Object.keys(kept.approvals)], [[VEHICLES], ['vehicle-register']])
    assert.deepEqual(restrictedTo(both, ['civil-registry', 'vehicle-register']), both)
  })
})

describe('parts of one permission, joined', () => {
  const vehicles = part({
    id: 'c'.repeat(64),
    disclose: { [VEHICLES]: ['vin'] },
    approvals: { 'vehicle-register': { by: partyId('police'), on: '2030-02-02', reference: 's' } },
    agreements: [{ registry: 'vehicle-register', digest: 'c'.repeat(64) as AgreementDigest }],
    legalBases: ['law-2', 'law-3'],
    withhold: ['owner', 'birth'],
    validFrom: '2030-03-01',
    validUntil: '2030-06-30',
    keys: ['k2', 'k3'],
  })

  it('are the part itself, where it is one', () => {
    assert.equal(joined([vehicles]), vehicles)
  })

  it('open each its registry, and what limits one limits all', () => {
    const whole = joined([part({}), vehicles])
    assert.match(whole.id, /^agreed-[0-9a-f]{64}$/)
    assert.deepEqual(
      { ...whole, id: '' },
      {
        ...part({}),
        id: '',
        disclose: { [PERSONS]: ['egn'], [VEHICLES]: ['vin'] },
        approvals: { ...part({}).approvals, ...vehicles.approvals },
        agreements: [...(part({}).agreements ?? []), ...(vehicles.agreements ?? [])],
        legalBases: ['law-2'],
        withhold: ['birth', 'owner'],
        validFrom: '2030-03-01',
        validUntil: '2030-06-30',
        keys: ['k2'],
      },
    )
    assert.deepEqual({ ...joined([vehicles, part({})]), id: '' }.validUntil, '2030-06-30')
    assert.equal(joined([vehicles, part({})]).validFrom, '2030-03-01')
  })

  it('have a name that tells which parts they are, of which registries', () => {
    const name = joined([part({}), vehicles]).id
    assert.equal(joined([part({}), vehicles]).id, name)
    assert.notEqual(joined([part({ id: 'other' }), vehicles]).id, name)
    assert.notEqual(joined([part({ approvals: {} }), vehicles]).id, name)
  })

  it('have a delegate only where every agreement names the same one, with the keys that all name', () => {
    const region = (...keys: string[]) => ({ party: partyId('region'), keys })
    const delegateOf = (one: Partial<Grant>, other: Partial<Grant>) =>
      joined([part(one), { ...vehicles, ...other }]).delegate
    assert.deepEqual(delegateOf({ delegate: region('a', 'b') }, { delegate: region('b', 'c') }), region('b'))
    assert.equal(delegateOf({ delegate: region('a') }, {}), undefined)
    assert.equal(delegateOf({}, { delegate: region('a') }), undefined)
    assert.equal(
      delegateOf({ delegate: region('a') }, { delegate: { party: partyId('vendor'), keys: ['a'] } }),
      undefined,
    )
  })

  it('allow officials that every part which names some allows; a part that names none restricts none', () => {
    const officialsOf = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
      joined([
        part(one === undefined ? {} : { officials: one }),
        { ...vehicles, ...(other === undefined ? {} : { officials: other }) },
      ]).officials
    assert.deepEqual(officialsOf(['clerk', 'mayor'], ['mayor']), ['mayor'])
    assert.deepEqual(officialsOf(undefined, ['mayor']), ['mayor'])
    assert.equal(officialsOf(undefined, undefined), undefined)
  })

  it('want an open case where one of them does', () => {
    assert.equal(joined([part({ openCase: true }), vehicles]).openCase, true)
    assert.equal(joined([part({}), vehicles]).openCase, false)
  })

  it('take from files no keys, delegates or agreements', () => {
    const whole = joined([file({}), file({ id: 'second' })])
    assert.deepEqual([whole.keys, whole.agreements, whole.delegate], [undefined, undefined, undefined])
    const mixed = joined([file({ delegate: { party: partyId('region'), keys: [] } }), vehicles])
    assert.deepEqual([mixed.keys, mixed.agreements, mixed.delegate], [vehicles.keys, vehicles.agreements, undefined])
  })
})

describe('the last act that is known', () => {
  it('is the newest of all agreements, or none', () => {
    const numbered = (...sequences: number[]): Agreement =>
      agreement(
        {},
        sequences.map((sequence) => ({ ...recorded('accept', 'town', '2030-01-01T00:00:00.000Z'), sequence })),
      )
    assert.equal(lastActOf([]), 0)
    assert.equal(lastActOf([numbered()]), 0)
    assert.equal(lastActOf([numbered(3, 7), numbered(5)]), 7)
  })
})
