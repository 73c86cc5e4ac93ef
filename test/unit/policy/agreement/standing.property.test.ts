import assert from 'node:assert/strict'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import type { Agreement, AgreementContent, RecordedAct } from '../../../../src/model/agreement.ts'
import { operationRef, partyId } from '../../../../src/model/ids.ts'
import { asksOf } from '../../../../src/policy/agreement/asks.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import { withAgreements } from '../../../../src/policy/agreement/with-agreements.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import { judgeAccess } from '../../../../src/policy/judge-access.ts'
import { aGovernance, GRANT, PERMIT } from '../a-governance.ts'

const START = Date.parse('2030-06-01T09:00:00Z')
const DAY = 86_400_000

/** Three of the same consumer, service and registry that let out ever less, for days that overlap. */
const WISHES: readonly AgreementContent[] = [
  { fields: ['names', 'born'], from: '2030-05-01', until: '2030-06-25' },
  { fields: ['names'], from: '2030-06-05', until: '2030-06-15' },
  { fields: [], from: '2030-06-01', until: '2030-06-30' },
].map(({ fields, from, until }, index) => ({
  type: 'edno-agreement@1',
  id: `0195f2c0-0000-7000-8000-00000000000${index}`,
  request: '0195f2c0-0000-7000-8000-0000000000aa',
  consumer: { party: partyId('town'), keys: ['k1'] },
  provider: partyId('ministry'),
  registry: 'people',
  service: PERMIT.ref,
  asks: asksOf(PERMIT)['people'] ?? '',
  operations: [{ operation: operationRef('people/person@1'), fields }],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'Permits',
  validity: { from, until },
  createdAt: '2030-06-01T09:00:00.000Z',
}))

const attempt = fc.record({
  about: fc.nat({ max: WISHES.length - 1 }),
  act: fc.constantFrom('accept', 'accept', 'refuse', 'withdraw', 'revoke', 'suspend', 'resume'),
  by: fc.constantFrom('town', 'ministry', 'edno-operator'),
  after: fc.integer({ min: 0, max: DAY }),
})
type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never
/** Often some are agreed to begin with, or hardly anything would ever be in force. */
const begun = [0, 1, 2].flatMap((about) =>
  (['town', 'ministry'] as const).map((by): Attempt => ({ about, act: 'accept', by, after: 0 })),
)
const attempts = fc
  .tuple(fc.integer({ min: 0, max: begun.length }), fc.array(attempt, { maxLength: 15 }))
  .map(([some, tried]) => [...begun.slice(0, some), ...tried])

const recorded = ({ about, act, by }: Attempt, at: number, sequence: number): RecordedAct => {
  const { provider, registry, service } = WISHES[about] as AgreementContent
  return {
    ...{ type: 'edno-agreement-act@1', agreement: digestOf(WISHES[about] as AgreementContent) },
    ...{ act: act, by: partyId(by), consumer: partyId('town'), provider, registry, service },
    at: new Date(at).toISOString(),
    side: by === 'edno-operator' ? 'operator' : by === 'town' ? 'consumer' : 'provider',
    ...{ sequence, recordedAt: new Date(at).toISOString(), jws: `${sequence}` },
  }
}

/** The agreements as they are after each act, beginning with none. */
const histories = (tried: readonly Attempt[]): readonly { at: number; agreements: readonly Agreement[] }[] => {
  let at = START
  const acts: { about: number; act: RecordedAct }[] = []
  return [
    { at, agreements: [] },
    ...tried.map((each, index) => {
      at += each.after
      acts.push({ about: each.about, act: recorded(each, at, index + 1) })
      const agreements = WISHES.map((content, about) => ({
        digest: digestOf(content),
        content,
        acts: acts.filter((done) => done.about === about).map(({ act }) => act),
      })).filter((agreement) => agreement.acts.length > 0)
      return { at, agreements }
    }),
  ]
}

/** How much the town gets of the register of people at a moment: nothing, checks, or so many fields more. */
const widthOf = (files: Governance, agreements: readonly Agreement[], at: number): number => {
  const governance = withAgreements(files, agreements)
  const judgement = judgeAccess(governance, { consumer: partyId('town'), service: PERMIT, at: new Date(at) })
  return judgement.granted ? 1 + (judgement.grant.disclose[operationRef('people/person@1')]?.length ?? 0) : 0
}

describe('what agreements on the same registry grant together', () => {
  let files: Governance
  before(() => {
    files = aGovernance({ 'grants/town-permit.yaml': GRANT })
  })

  it('is widened by nothing but accepting and resuming, now or on any later day', function () {
    this.timeout(60_000)
    const narrowed = new Set<string>()
    fc.assert(
      fc.property(attempts, (tried) => {
        const steps = histories(tried)
        for (const [index, { act }] of tried.entries()) {
          const [before, after] = [steps[index], steps[index + 1]]
          if (before === undefined || after === undefined || act === 'accept' || act === 'resume') continue
          for (const later of [0, 1, 4, 10, 20, 40].map((days) => after.at + days * DAY)) {
            const [was, is] = [widthOf(files, before.agreements, later), widthOf(files, after.agreements, later)]
            assert.ok(is <= was, `${act} opens ${is} instead of ${was} on ${new Date(later).toISOString()}`)
            if (is < was) narrowed.add(act)
          }
        }
      }),
      { numRuns: 200 },
    )
    // Else nothing was ever agreed in these runs.
    assert.deepEqual([...narrowed].toSorted(), ['revoke', 'suspend'])
  })
})
