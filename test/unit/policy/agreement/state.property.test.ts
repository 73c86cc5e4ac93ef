import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ActKind, AgreementContent, AgreementState, RecordedAct, Side } from '../../../../src/model/agreement.ts'
import { operationRef, type PartyId, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { agreedBy, possibleActs, stateOf } from '../../../../src/policy/agreement/state.ts'

const KINDS = ['accept', 'refuse', 'withdraw', 'revoke', 'suspend', 'resume'] as const
const NAMES = ['town', 'ministry', 'village', 'edno-operator', 'city', 'police'] as const
const OPERATOR = partyId('edno-operator')
const FINAL: readonly string[] = ['refused', 'withdrawn', 'revoked', 'expired']
const START = Date.parse('2030-06-01T00:00:00Z')
const DAY = 86_400_000

const content = (delegated: boolean): AgreementContent => ({
  type: 'edno-agreement@1',
  id: '0195f2c0-0000-7000-8000-000000000001',
  request: '0195f2c0-0000-7000-8000-000000000002',
  consumer: { party: partyId('town'), keys: ['aa'] },
  provider: partyId('ministry'),
  registry: 'people',
  service: serviceRef('permit', 1),
  asks: 'ab'.repeat(32),
  operations: [{ operation: operationRef('people/person@1'), fields: [] }],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'Permits',
  validity: { from: '2030-06-03', until: '2030-06-20' },
  ...(delegated ? { delegate: { party: partyId('village'), keys: ['bb'] } } : {}),
  createdAt: '2030-06-01T00:00:00.000Z',
})

/** What anybody may try at any time; the operator is told as such, as the register does, and nobody else is. */
const attempt = fc.record({
  act: fc.constantFrom(...KINDS),
  by: fc.constantFrom(...NAMES),
  at: fc.integer({ min: 0, max: 30 * DAY }),
  lies: fc.boolean(),
})
type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never
/** Often some begin by accepting, or hardly anything would ever be agreed. */
const begun = ['town', 'ministry', 'village'].map(
  (by): Attempt => ({ act: 'accept', by: by as Attempt['by'], at: 0, lies: false }),
)
const attempts = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.array(attempt, { maxLength: 30 }))
  .map(([some, tried]) => [...begun.slice(0, some), ...tried])

const recorded = ({ act, by, at, lies }: Attempt, sequence: number): RecordedAct => ({
  type: 'edno-agreement-act@1',
  agreement: 'ab' as RecordedAct['agreement'],
  act,
  by: partyId(by),
  consumer: partyId('town'),
  provider: partyId('ministry'),
  registry: 'people',
  service: serviceRef('permit', 1),
  at: new Date(START).toISOString(),
  // A row that calls somebody a side which it is not must not make it one.
  side: by === OPERATOR ? 'operator' : lies ? 'provider' : 'consumer',
  sequence,
  recordedAt: new Date(START + at).toISOString(),
  jws: '',
})

/** In the order of recording, and the clock does not run back. */
const history = (tried: readonly Attempt[]): readonly RecordedAct[] =>
  tried.toSorted((one, other) => one.at - other.at).map(recorded)

const timeOf = ({ recordedAt }: RecordedAct): Date => new Date(recordedAt)

/** The rules once more, written as the issue tells them and in another shape: one state machine over single fields. */
class Model {
  #open: Set<string>
  readonly #suspended = new Set<string>()
  #final: string | undefined
  readonly #agreement: AgreementContent

  constructor(agreement: AgreementContent) {
    this.#agreement = agreement
    this.#open = new Set(['town', 'ministry', ...(agreement.delegate === undefined ? [] : ['village'])])
  }

  do(act: ActKind, by: string, at: Date): void {
    if (this.stateAt(at) !== 'proposed') this.#onAgreed(act, by, at)
    else if (act === 'accept') this.#open.delete(by)
    else if (act === 'refuse' && (by === 'ministry' || this.#isDelegate(by))) this.#final = 'refused'
    else if (act === 'withdraw' && by === 'town') this.#final = 'withdrawn'
  }

  #onAgreed(act: ActKind, by: string, at: Date): void {
    if (FINAL.includes(this.stateAt(at))) return
    const canStop = ['town', 'ministry', 'edno-operator'].includes(by)
    if (act === 'revoke' && (['town', 'ministry'].includes(by) || this.#isDelegate(by))) this.#final = 'revoked'
    if (act === 'suspend' && canStop) this.#suspended.add(by)
    if (act === 'resume') this.#suspended.delete(by)
  }

  #isDelegate(by: string): boolean {
    return by === this.#agreement.delegate?.party
  }

  stateAt(at: Date): string {
    if (this.#final !== undefined) return this.#final
    // 20 June ends in Sofia at 21:00 UTC, three hours ahead in summer.
    if (at >= new Date('2030-06-20T21:00:00Z')) return 'expired'
    if (this.#open.size > 0) return 'proposed'
    return this.#suspended.size > 0 ? 'suspended' : 'valid'
  }
}

const runs = (judge: (agreement: AgreementContent, acts: readonly RecordedAct[]) => void): void =>
  fc.assert(
    fc.property(fc.boolean(), attempts, (delegated, tried) => judge(content(delegated), history(tried))),
    { numRuns: 1000 },
  )

const afterEach = (agreement: AgreementContent, acts: readonly RecordedAct[]): readonly AgreementState[] =>
  acts.map((act, index) => stateOf(agreement, acts.slice(0, index + 1), timeOf(act)))

const sideOf = (by: PartyId, agreement: AgreementContent): Side | undefined => {
  if (by === 'town') return 'consumer'
  if (by === 'ministry') return 'provider'
  if (by === OPERATOR) return 'operator'
  return by === agreement.delegate?.party ? 'delegate' : undefined
}

describe('the state of an agreement, after any acts of anybody at any time', () => {
  it('is what the rules, told another way, say', () => {
    runs((agreement, acts) => {
      const model = new Model(agreement)
      for (const [index, act] of acts.entries()) {
        model.do(act.act, act.by, timeOf(act))
        const { name } = stateOf(agreement, acts.slice(0, index + 1), timeOf(act))
        assert.equal(name, model.stateAt(timeOf(act)))
      }
    })
  })

  it('stays what it is once it is final, whatever comes and however late', () => {
    runs((agreement, acts) => {
      const states = afterEach(agreement, acts)
      const first = states.findIndex(({ name }) => FINAL.includes(name))
      if (first < 0) return
      for (const state of states.slice(first)) assert.deepEqual(state, states[first])
      assert.deepEqual(stateOf(agreement, acts, new Date('2099-01-01T00:00:00Z')), states[first])
    })
  })

  it('is revoked for good by one revocation of one side', () => {
    runs((agreement, acts) => {
      for (const [index, act] of acts.entries()) {
        const before = stateOf(agreement, acts.slice(0, index), timeOf(act)).name
        if (act.act !== 'revoke' || (before !== 'valid' && before !== 'suspended')) continue
        const side = sideOf(act.by, agreement)
        const may = side !== undefined && side !== 'operator'
        const after = stateOf(agreement, acts, new Date(START + 40 * DAY)).name
        if (may) assert.equal(after, 'revoked')
      }
    })
  })

  it('is suspended by a side until that side resumes, and by nobody else lifted', () => {
    runs((agreement, acts) => {
      const states = [stateOf(agreement, [], new Date(START)), ...afterEach(agreement, acts)]
      for (const [index, act] of acts.entries()) {
        const [before, after] = [states[index], states[index + 1]]
        if (before?.name !== 'suspended' || (after?.name !== 'suspended' && after?.name !== 'valid')) continue
        const lifted = before.by.filter((side) => !after.by.includes(side))
        const own = act.act === 'resume' ? [sideOf(act.by, agreement)] : []
        assert.deepEqual(
          lifted,
          own.filter((side) => side !== undefined && before.by.includes(side)),
        )
      }
    })
  })

  it('is changed by nobody who is no side, and by no act that was not possible', () => {
    runs((agreement, acts) => {
      const counting = acts.filter((act, index) => {
        const side = sideOf(act.by, agreement)
        return side !== undefined && possibleActs(agreement, acts.slice(0, index), timeOf(act))[act.act]?.includes(side)
      })
      for (const now of [0, 5, 15, 19, 25, 35].map((days) => new Date(START + days * DAY))) {
        assert.deepEqual(stateOf(agreement, acts, now), stateOf(agreement, counting, now))
        assert.equal(agreedBy(agreement, acts), agreedBy(agreement, counting))
      }
    })
  })

  it('is in force only while all agreed, nobody suspended, and a day of its validity has come', () => {
    runs((agreement, acts) => {
      for (const now of [1, 3, 10, 19, 21].map((days) => new Date(START + days * DAY))) {
        const state = stateOf(agreement, acts, now)
        if (state.inForce) {
          assert.equal(state.name, 'valid')
          assert.equal(agreedBy(agreement, acts)?.act, 'accept')
          assert.ok(now >= new Date('2030-06-02T21:00:00Z') && now < new Date('2030-06-20T21:00:00Z'))
        }
      }
    })
  })

  it('is the same when the same acts are told again', () => {
    runs((agreement, acts) => {
      const now = new Date(START + 10 * DAY)
      const again = JSON.parse(JSON.stringify({ agreement, acts })) as {
        agreement: AgreementContent
        acts: RecordedAct[]
      }
      assert.deepEqual(stateOf(again.agreement, again.acts, now), stateOf(agreement, acts, now))
      // Neither signature, nor number, nor what the signer's own clock said.
      const stripped = acts.map((act, index) => ({
        ...act,
        jws: 'x',
        sequence: index * 7,
        at: '1999-01-01T00:00:00.000Z',
      }))
      assert.deepEqual(stateOf(agreement, stripped, now), stateOf(agreement, acts, now))
    })
  })

  it('reaches every state in these runs', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.boolean(), attempts, (delegated, tried) => {
        const agreement = content(delegated)
        for (const { name } of afterEach(agreement, history(tried))) seen.add(name)
      }),
      { numRuns: 500 },
    )
    assert.deepEqual([...seen].toSorted(), [
      ...['expired', 'proposed', 'refused', 'revoked', 'suspended', 'valid', 'withdrawn'],
    ])
  })
})
