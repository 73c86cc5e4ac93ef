import assert from 'node:assert/strict'
import type { ActKind, Agreement, AgreementDigest, RecordedAct, Side } from '../../../src/model/agreement.ts'
import type { DecidedResult, DecisionRecord } from '../../../src/model/decision.ts'
import { exchangeId, operationRef, partyId } from '../../../src/model/ids.ts'
import { asksOf } from '../../../src/policy/agreement/asks.ts'
import type { Governance, Grant, Party } from '../../../src/policy/governance.ts'
import { decideAgain, differencesOf } from '../../../src/policy/replay.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { PERMIT } from './a-governance.ts'

const AT = new Date('2030-06-01T10:00:00Z')
const LATER = new Date('2031-06-01T10:00:00Z')
const PERSON = operationRef('people/person@1')
const CAR = operationRef('cars/car@1')

const aParty = (id: string, role: Party['role'], more: Partial<Party> = {}): Party => ({
  ...{ id: partyId(id), role, name: { bg: id, en: id }, state: 'active' as const, delegates: [], totals: {} },
  ...{ certificates: { tls: [], seal: [] }, contacts: {}, ...more },
})

const GRANT: Grant = {
  id: 'town-permit',
  consumer: partyId('town'),
  service: PERMIT.ref,
  legalBases: ['law-a'],
  disclose: { [PERSON]: ['names'], [CAR]: [] },
  withhold: [],
  validFrom: '2030-01-01',
  validUntil: '2030-12-31',
  approvals: {
    people: { by: partyId('ministry'), on: '2029-12-01', reference: 'M-1' },
    cars: { by: partyId('police'), on: '2029-12-02', reference: 'P-1' },
  },
}

const governed = (
  grant: Partial<Grant> = {},
  totals: Party['totals'] = {},
  agreements: Agreement[] = [],
): Governance => ({
  parties: new Map(
    [aParty('town', 'consumer'), aParty('ministry', 'provider', { totals }), aParty('police', 'provider')].map(
      (party) => [party.id, party],
    ),
  ),
  grants: [{ ...GRANT, ...grant }],
  agreements,
  legalBases: new Map([['law-a', { bg: 'Закон А', en: 'Act A' }]]),
  owners: new Map([
    ['people', partyId('ministry')],
    ['cars', partyId('police')],
  ]),
  digest: 'd',
})

const granted: DecidedResult = { granted: true, grant: 'town-permit', disclosure: { person: ['names'], car: [] } }
const aRecord = (
  result: DecidedResult = granted,
  question: Partial<DecisionRecord['question']> = {},
): DecisionRecord => ({
  v: 1,
  at: AT.toISOString(),
  exchangeId: exchangeId('0195f2c0-0000-7000-8000-000000000001'),
  governance: 'old',
  question: {
    ...{ consumer: partyId('town'), signer: { party: partyId('town'), key: 'k' }, service: PERMIT.ref },
    ...{ legalBasis: 'law-a', position: 'clerk', ...question },
  },
  result,
})
const again = (governance: Governance, record = aRecord(), at = AT): readonly string[] =>
  differencesOf(record.result, decideAgain(governance, PERMIT, record, at))

const agreed = (createdAt: Date): Omit<Agreement, 'acts'> => ({
  digest: 'a' as AgreementDigest,
  content: {
    ...{ type: 'edno-agreement@1', id: 'i', request: 'r', purpose: 'p', createdAt: createdAt.toISOString() },
    ...{ consumer: { party: partyId('town'), keys: ['k'] }, provider: partyId('ministry'), registry: 'people' },
    ...{ service: PERMIT.ref, asks: asksOf(PERMIT)['people']!, withhold: [] },
    operations: [{ operation: PERSON, fields: ['names'] }],
    ...{ legalBases: ['law-a'], validity: { from: '2030-01-01', until: '2030-12-31' } },
  },
})

const inForce = (change: Partial<Agreement['content']> = {}): Agreement => {
  const { digest, content } = agreed(AT)
  const acts = (['town', 'ministry'] as const).map((by, index) => {
    const side: Side = by === 'town' ? 'consumer' : 'provider'
    return { sequence: index + 4, act: 'accept', by: partyId(by), side, recordedAt: AT.toISOString() }
  })
  return { digest, content: { ...content, ...change }, acts: acts as unknown as RecordedAct[] }
}

describe('deciding again', () => {
  it('has the result of the decision, and no more', () => {
    assert.deepEqual(decideAgain(governed(), PERMIT, aRecord(), AT), granted)
    assert.deepEqual(decideAgain(governed(), undefined, aRecord(), AT), {
      ...{ granted: false, code: 'service.unknown', detail: 'permit@1 is not in the catalogue' },
    })
    const cases = [
      [false, 'its case was not open'],
      [undefined, 'nobody looked whether its case was open'],
    ] as const
    for (const [caseOpen, detail] of cases)
      assert.deepEqual(
        decideAgain(
          governed({ openCase: true }),
          PERMIT,
          aRecord(granted, caseOpen === undefined ? {} : { caseOpen }),
          AT,
        ),
        { granted: false, code: 'access.case-not-open', detail },
      )
  })

  it('passes on a failure of edno itself', () => {
    for (const failure of [new BrokerError('broker.internal', 'failed'), new TypeError('failed')]) {
      const parties = new Map(governed().parties)
      parties.get = () => {
        throw failure
      }
      assert.throws(
        () => decideAgain({ ...governed(), parties }, PERMIT, aRecord(), AT),
        (error) => error === failure,
      )
    }
  })

  it('names every limit of today that the questions of then would go over, with the numbers', () => {
    const looked = (name: string, used: number) => ({ name, limit: 99, used, wanted: 1 })
    const quotas = [looked(PERSON, 3), looked(CAR, 9), looked('people', 9), looked('boats', 1000)]
    const totals = { [PERSON]: { perDay: 3 } }
    const cars: Grant['approvals'] = { cars: GRANT.approvals['cars']! }
    const governance = governed({ approvals: cars }, totals, [inForce({ quota: { perDay: 5 } })])
    const record = aRecord({ ...granted, quotas })
    assert.deepEqual(decideAgain(governance, PERMIT, { ...record, lastAct: 9 }, AT), {
      ...{ granted: false, code: 'access.quota-exceeded' },
      detail: 'people/person@1: 3 used, 1 more, limit 3; people: 9 used, 1 more, limit 5',
    })
    const fewer = aRecord({ ...granted, quotas: [looked(PERSON, 2), looked('people', 4)] })
    assert.equal(decideAgain(governance, PERMIT, { ...fewer, lastAct: 9 }, AT).granted, true)
  })

  it('knows nothing of an agreement of which no act was recorded by then', () => {
    const later = { ...aRecord(), lastAct: 3 }
    const governance = { ...governed({}, {}, [inForce()]), grants: [] }
    assert.deepEqual(decideAgain(governance, PERMIT, later, AT), {
      ...{ granted: false, code: 'access.not-granted', detail: 'town has no grant for permit@1' },
    })
  })

  it('finds no difference by the same rules, as of the recorded time', () => {
    assert.deepEqual(again(governed()), [])
  })

  it('finds what the passing of time changes only where it is asked as of later', () => {
    assert.match(
      again(governed(), aRecord(), LATER)[0] ?? '',
      /^granted by town-permit, now refused \(access.not-granted: /,
    )
  })

  it('tells which fields leave now, and which left then', () => {
    const disclose = { [PERSON]: ['names', 'born'], [CAR]: ['plate'] }
    assert.deepEqual(again(governed({ disclose })), ['person: names, now born names', 'car: checks only, now plate'])
  })

  it('tells another grant, a service that is gone, and what was refused then', () => {
    assert.deepEqual(again(governed({ id: 'other' })), ['granted by town-permit, now by other'])
    assert.match(
      differencesOf(granted, decideAgain(governed(), undefined, aRecord(), AT))[0] ?? '',
      /now refused \(service.unknown: permit@1/,
    )
    const refused = aRecord({ granted: false, code: 'access.not-granted', detail: 'then' })
    assert.deepEqual(again(governed(), refused), ['refused (access.not-granted: then), now granted by town-permit'])
    assert.deepEqual(again(governed({ validUntil: '2030-01-02' }), refused), [], 'words of details may change')
  })

  it('reads the key and the position from the record', () => {
    assert.match(again(governed({ keys: ['other'] }))[0] ?? '', /access.key/)
    assert.match(again(governed({ officials: ['mayor'] }))[0] ?? '', /access.official/)
  })

  it('needs no position where none was kept: officials were not restricted, or it was none of them', () => {
    const { position: _kept, ...question } = aRecord().question
    const without = { ...aRecord(), question }
    assert.deepEqual(again(governed(), without), [])
    const refused: DecidedResult = { granted: false, code: 'access.official', detail: 'then' }
    assert.deepEqual(again(governed({ officials: ['mayor'] }), { ...without, result: refused }), [])
    const basis: DecidedResult = { granted: false, code: 'access.legal-basis', detail: 'then' }
    const other = { ...without, question: { ...question, legalBasis: 'law-z' }, result: basis }
    assert.deepEqual(again(governed({ officials: ['mayor'] }), other), [])
  })

  it('knows whether the case was open, and says where nobody looked', () => {
    const openCase = { openCase: true }
    assert.deepEqual(again(governed(openCase), aRecord(granted, { caseOpen: true })), [])
    assert.match(again(governed(openCase), aRecord(granted, { caseOpen: false }))[0] ?? '', /its case was not open/)
    assert.match(again(governed(openCase))[0] ?? '', /nobody looked whether its case was open/)
  })

  it("holds the questions of then against today's limits", () => {
    const quotas = [{ name: PERSON, limit: 3, used: 3, wanted: 1 }]
    const refused = aRecord({ granted: false, code: 'access.quota-exceeded', detail: '', quotas })
    assert.deepEqual(again(governed({}, { [PERSON]: { perDay: 3 } }), refused), [])
    assert.match(again(governed({}, { [PERSON]: { perDay: 4 } }), refused)[0] ?? '', /now granted/)
    const before = aRecord({ ...granted, quotas: [{ name: PERSON, limit: 9, used: 3, wanted: 1 }] })
    assert.match(again(governed({}, { [PERSON]: { perDay: 3 } }), before)[0] ?? '', /access.quota-exceeded/)
  })

  it('leaves out what was declared after the decision', () => {
    const declared = (act: ActKind, by: string, side: Side, recordedAt: Date) =>
      ({ act, by: partyId(by), side, recordedAt: recordedAt.toISOString() }) as unknown as RecordedAct
    const before = new Date(AT.getTime() - 1000)
    const after = new Date(AT.getTime() + 1000)
    const acts = [
      declared('accept', 'town', 'consumer', before),
      declared('accept', 'ministry', 'provider', before),
      declared('revoke', 'ministry', 'provider', after),
    ]
    const agreement: Agreement = { ...agreed(before), acts }
    const governance = governed({}, {}, [agreement])
    const then = decideAgain(governance, PERMIT, aRecord(), AT)
    assert.deepEqual(then.granted && then.agreements, [{ registry: 'people', digest: 'a' }])
    assert.equal(decideAgain(governance, PERMIT, aRecord(), after).granted, false)
  })

  it('knows what had been seen by its sequence, whatever the clocks said', () => {
    const declared = (sequence: number, act: ActKind, by: string, side: Side) =>
      ({ sequence, act, by: partyId(by), side, recordedAt: AT.toISOString() }) as unknown as RecordedAct
    const acts = [
      declared(4, 'accept', 'town', 'consumer'),
      declared(5, 'accept', 'ministry', 'provider'),
      declared(6, 'revoke', 'ministry', 'provider'),
    ]
    const governance = governed({}, {}, [{ ...agreed(AT), acts }])
    const seen = (lastAct: number, at = AT) => decideAgain(governance, PERMIT, { ...aRecord(), lastAct }, at)
    assert.deepEqual(
      [5, 6].map((lastAct) => seen(lastAct).granted),
      [true, false],
    )
    assert.equal(seen(5, new Date(AT.getTime() + 1)).granted, false, 'as of another time all that was recorded by then')
  })

  it('tells another agreement for a registry', () => {
    const under = (digest: string): DecidedResult => ({
      ...granted,
      agreements: [{ registry: 'people', digest: digest as AgreementDigest }],
    })
    assert.deepEqual(differencesOf(under('a'), under('b')), ['people: under a, now b'])
    assert.deepEqual(differencesOf(under('a'), granted), ['people: under a, now no agreement'])
    assert.deepEqual(differencesOf(granted, under('a')), ['people: under no agreement, now a'])
    assert.deepEqual(differencesOf(under('a'), under('a')), [])
  })

  it('tells another refusal, and calls that are asked no more or only now', () => {
    const refused = (code: string, detail = 'why'): DecidedResult => ({ granted: false, code, detail })
    assert.deepEqual(differencesOf(refused('access.key'), refused('access.delegation')), [
      'refused (access.key: why), now refused (access.delegation: why)',
    ])
    assert.deepEqual(differencesOf(refused('access.key'), refused('access.key', 'other')), [])
    assert.deepEqual(differencesOf(granted, refused('access.key')), [
      'granted by town-permit, now refused (access.key: why)',
    ])
    const fewer: DecidedResult = { ...granted, disclosure: { person: ['names'] } }
    assert.deepEqual(differencesOf(granted, fewer), ['car: checks only, now not asked'])
    assert.deepEqual(differencesOf(fewer, granted), ['car: not asked, now checks only'])
    const turned = (...fields: string[]): DecidedResult => ({ ...granted, disclosure: { person: fields } })
    assert.deepEqual(differencesOf(turned('a', 'b'), turned('b', 'a')), [])
  })
})
