import assert from 'node:assert/strict'
import { assemble } from '../../../src/exchange/assemble.ts'
import type { AssembledAnswer, ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import { type ExchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { Json } from '../../../src/model/json.ts'
import type { CallOutcome, OutcomeKind } from '../../../src/model/outcome.ts'
import type { ServiceCheck } from '../../../src/model/service.ts'

const AT = new Date('2026-03-01T10:00:00Z')
const operation = operationRef('vehicle-register/registration@1')
const aCall = (name: string, changes: Partial<PlannedCall> = {}): PlannedCall => ({
  name,
  operation,
  need: 'required',
  input: {},
  needs: [],
  timeoutMs: 1000,
  idempotent: true,
  fields: ['shown', 'hidden'],
  disclosed: ['shown'],
  ...changes,
})
const aCheck = (id: string, expr: string): ServiceCheck => ({ id, title: { bg: id, en: id }, expr, calls: [] })
const aPlan = (
  calls: readonly PlannedCall[],
  checks: readonly ServiceCheck[] = [],
  application = {},
): ExchangePlan => ({
  stage: 'planned',
  exchangeId: '0198c7b2-0000-7000-8000-000000000001' as ExchangeId,
  consumer: partyId('troyan'),
  service: serviceRef('taxi-permit', 1),
  format: 'xml',
  proof: 'signature',
  requestDigest: 'ZGlnZXN0',
  case: 'ТР-1',
  official: { identifier: 'o', names: 'о', position: 'п' },
  legalBasis: { code: 'c', text: { bg: 'б', en: 'e' } },
  grant: 'g',
  governanceDigest: 'd',
  signer: { party: partyId('troyan'), certificate: 'c', key: 'k' },
  receivedAt: '2026-03-01T09:59:59.000Z',
  deadline: '2026-03-01T10:00:09.000Z',
  application,
  applicant: { identifierType: 'egn', identifier: '1', names: 'н' },
  date: '2026-03-01',
  calls,
  checks,
})
const ended = (call: string, outcome: OutcomeKind, more: { evidence?: Json; problem?: string } = {}): CallOutcome => ({
  call,
  operation,
  outcome,
  elapsedMs: 1,
  ...more,
})
const both = { shown: 'yes', hidden: 'no' }
const codes = ({ problems }: AssembledAnswer): string[] => problems.map(({ code, call }) => `${code} ${call ?? '-'}`)

describe('assemble', () => {
  it('is complete where every part is there, and discloses only what the grant lets out', () => {
    const answer = assemble(
      aPlan([aCall('a'), aCall('b')]),
      [ended('b', 'found', { evidence: both }), ended('a', 'not-found')],
      AT,
    )
    assert.equal(answer.status, 'complete')
    assert.deepEqual(
      answer.parts.map(({ call, outcome, evidence }) => [call, outcome, evidence]),
      [
        ['a', 'not-found', undefined],
        ['b', 'found', { shown: 'yes' }],
      ],
    )
    assert.equal(answer.issuedAt, '2026-03-01T10:00:00.000Z')
    assert.deepEqual(answer.problems, [])
  })

  it('lets checks read what it withholds', () => {
    const plan = aPlan([aCall('a', { disclosed: [] })], [aCheck('c', 'calls.a.hidden == "no"')])
    const answer = assemble(plan, [ended('a', 'found', { evidence: both })], AT)
    assert.deepEqual([answer.checks[0]?.result, answer.parts[0]?.evidence], ['pass', undefined])
    assert.equal(Object.hasOwn(answer.parts[0] ?? {}, 'evidence'), false)
  })

  it('says unknown, never fail, where a check cannot be evaluated', () => {
    const plan = aPlan(
      [aCall('a', { need: 'optional' })],
      [
        aCheck('gone', 'calls.a.x == "1"'),
        aCheck('odd', '"text"'),
        aCheck('no', '1 == 2'),
        aCheck('dated', '"2026-03-01" >= exchange.date'),
      ],
    )
    const answer = assemble(plan, [ended('a', 'failed', { problem: 'provider.timeout' })], AT)
    assert.deepEqual(
      answer.checks.map(({ result }) => result),
      ['unknown', 'unknown', 'fail', 'pass'],
    )
  })

  for (const kind of ['failed', 'refused', 'late'] as const)
    it(`is refused where a required part is ${kind}: the problems first, each part under its own code, no evidence`, () => {
      const outcomes = [ended('a', kind, { problem: 'provider.timeout' }), ended('b', 'found', { evidence: both })]
      const answer = assemble(aPlan([aCall('a'), aCall('b')]), outcomes, AT)
      assert.equal(answer.status, 'refused')
      assert.deepEqual(codes(answer), ['provider.required-missing -', 'provider.timeout a'])
      assert.equal(answer.problems[1]?.title.bg.length === 0, false)
      assert.deepEqual(
        answer.parts.map(({ call, outcome, evidence }) => [call, outcome, evidence]),
        [
          ['a', kind, undefined],
          ['b', 'found', undefined],
        ],
      )
    })

  it('says unknown of a list of persons where only some of them could be asked about', () => {
    const each = aCall('m', { need: 'optional', needs: ['a'], forEach: 'calls.a.list', input: { id: 'item.id' } })
    const check = { ...aCheck('clean', 'calls.m.all(p, !p.convicted)'), calls: ['m'] }
    const resultOf = (...outcomes: readonly CallOutcome[]) =>
      assemble(
        aPlan([aCall('a'), each], [check]),
        [ended('a', 'found', { evidence: { list: [{}, {}] } }), ...outcomes],
        AT,
      ).checks[0]?.result
    const told = (item: number, convicted: boolean) => ended(`m.${item}`, 'found', { evidence: { convicted } })
    assert.equal(resultOf(told(0, false), told(1, false)), 'pass')
    assert.equal(resultOf(told(0, true), told(1, false)), 'fail')
    for (const lost of ['refused', 'failed', 'late', 'skipped'] as const)
      for (const convicted of [true, false])
        assert.equal(resultOf(told(0, convicted), ended('m.1', lost)), 'unknown', `${lost}, ${convicted}`)
  })

  it('is partial where an optional part is missing', () => {
    const outcomes = [ended('a', 'found', { evidence: both }), ended('b', 'failed', { problem: 'provider.timeout' })]
    const answer = assemble(aPlan([aCall('a'), aCall('b', { need: 'optional' })]), outcomes, AT)
    assert.deepEqual([answer.status, answer.problems, answer.parts[0]?.evidence], ['partial', [], { shown: 'yes' }])
  })

  const needing = aCall('b', { needs: ['a'], input: { id: 'calls.a.id' } })

  it('misses a required part that was skipped because another is missing, however far away', () => {
    const plan = aPlan([
      aCall('a', { need: 'optional' }),
      needing,
      aCall('c', { needs: ['b'], input: { id: 'calls.b.id' } }),
    ])
    const outcomes = [
      ended('a', 'failed', { problem: 'provider.refused' }),
      ended('b', 'skipped'),
      ended('c', 'skipped'),
    ]
    assert.deepEqual(codes(assemble(plan, outcomes, AT)), [
      'provider.required-missing -',
      'provider.required-missing b',
      'provider.required-missing c',
    ])
  })

  it('misses nothing that was skipped because something was not found', () => {
    const answer = assemble(aPlan([aCall('a'), needing]), [ended('a', 'not-found'), ended('b', 'skipped')], AT)
    assert.equal(answer.status, 'complete')
  })

  it('misses nothing that the service did not want', () => {
    const unwanted = { ...needing, when: 'application.wanted' }
    const outcomes = [ended('a', 'failed', { problem: 'provider.timeout' }), ended('b', 'skipped')]
    const plan = aPlan([aCall('a', { need: 'optional' }), unwanted], [], { wanted: false })
    assert.equal(assemble(plan, outcomes, AT).status, 'partial')
    assert.equal(assemble({ ...plan, application: { wanted: true } }, outcomes, AT).status, 'refused')
  })

  describe('with a call for each item of a list', () => {
    const each = aCall('m', { needs: ['a'], forEach: 'calls.a.list', input: { id: 'item.id' } })
    const alive = aCheck('alive', 'calls.m.all(x, !has(x.hidden))')
    const plan = aPlan([aCall('a'), each], [alive])
    const list = (length: number): CallOutcome =>
      ended('a', 'found', { evidence: { list: Array.from({ length }, (_, id) => ({ id })) } })

    it('puts the items after each other in the order of the list', () => {
      const items = [11, 10, 9, 2, 1, 0].map((n) => ended(`m.${n}`, 'found', { evidence: { shown: `${n}` } }))
      const answer = assemble(plan, [list(12), ...items], AT)
      assert.deepEqual(
        answer.parts.map(({ call }) => call),
        ['a', 'm.0', 'm.1', 'm.2', 'm.9', 'm.10', 'm.11'],
      )
    })

    it('takes an empty list for nobody to ask about, and says of nobody that all is well', () => {
      const answer = assemble(plan, [list(0), ended('m', 'skipped')], AT)
      assert.deepEqual([answer.status, answer.checks[0]?.result], ['complete', 'unknown'])
    })

    it('does not pass a check over an item that was not found, and is refused for one that failed', () => {
      const one = ended('m.0', 'found', { evidence: { shown: 'x' } })
      const answer = assemble(plan, [list(2), one, ended('m.1', 'not-found')], AT)
      assert.deepEqual([answer.status, answer.checks[0]?.result], ['complete', 'unknown'])
      const broken = assemble(plan, [list(2), one, ended('m.1', 'failed', { problem: 'provider.timeout' })], AT)
      assert.deepEqual(codes(broken), ['provider.required-missing -', 'provider.timeout m.1'])
    })
  })
})
