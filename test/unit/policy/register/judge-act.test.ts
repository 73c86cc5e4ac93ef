import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { ActKind, AgreementAct, AgreementContent, Side } from '../../../../src/model/agreement.ts'
import { partyId } from '../../../../src/model/ids.ts'
import { REGISTER_LIMITS } from '../../../../src/policy/register/access-register.ts'
import { requireBoundKey, requireOwn, requirePossible, requireSide } from '../../../../src/policy/register/judge-act.ts'
import { requireFewSuspensions } from '../../../../src/policy/register/limits.ts'
import { recordedTime } from '../../../../src/policy/register/recorded-time.ts'
import type { Executor } from '../../../../src/store/tables/tables.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import { aGovernance, partyText, suspended } from '../a-governance.ts'
import { agreedOn, agreementOn, contentOn, type Did } from '../agreement/an-agreement.ts'

const AT = new Date('2030-06-01T12:00:00.000Z')
const delegate = { party: partyId('agency'), keys: ['d1'] }
let content: AgreementContent
let governance: Governance
const load = (): void => {
  governance = aGovernance({
    'parties/agency.yaml': partyText('agency', 'consumer'),
    'parties/edno-operator.yaml': partyText('edno-operator', 'operator'),
    'parties/gone.yaml': suspended('gone'),
  })
  content = contentOn('people', { delegate })
}
const actOf = (act: ActKind, by: string, more: Partial<AgreementAct> = {}): AgreementAct => {
  const [made] = agreementOn(content, [act, by]).acts
  assert.ok(made)
  return { ...made, at: AT.toISOString(), ...more }
}

describe('an act', () => {
  before(load)

  const own = (change: Partial<AgreementAct>, at = AT, signer = 'ministry'): void =>
    requireOwn(
      actOf('accept', 'ministry', change),
      { payload: Buffer.alloc(0), signer: { party: signer, certificate: '', key: '' } },
      at,
    )

  it('is declared by who signed it', () => {
    own({})
    assert.throws(() => own({}, AT, 'town'), {
      ...{ code: 'agreement.not-a-side', detail: 'the act is declared by ministry, but signed by town' },
    })
  })

  it('is declared now: five minutes ahead at most, and a day old at most', () => {
    const aged = (ms: number) => () => own({}, new Date(AT.getTime() + ms))
    aged(-300_000)()
    aged(86_400_000)()
    const code = 'agreement.content'
    assert.throws(aged(-300_001), { code, detail: 'the act: /at lies in the future' })
    assert.throws(aged(86_400_001), { code, detail: 'the act: /at is more than a day ago; sign it anew' })
  })

  it('gives a reason that holds no identifier', () => {
    own({ reason: 'As the owner decided' })
    assert.throws(() => own({ reason: 'For 8001010008' }), {
      code: 'agreement.content',
      detail: 'the act: /reason holds what looks like an identifier of a person or thing',
    })
  })

  it('is declared as the side that its party is by the agreement, or as edno’s operator', () => {
    const side = (by: string): Side => requireSide(content, partyId(by), governance)
    assert.deepEqual(['town', 'ministry', 'agency', 'edno-operator'].map(side), [
      ...['consumer', 'provider', 'delegate', 'operator'],
    ])
    assert.throws(() => side('police'), {
      ...{ code: 'agreement.not-a-side', detail: 'police is no side of this agreement' },
    })
    assert.throws(() => side('gone'), { code: 'access.suspended' })
    assert.throws(() => side('nobody'), { code: 'access.unknown-party' })
  })

  it('is an acceptance by a key that the agreement is bound to; the owner is bound to none', () => {
    const key = (act: ActKind, side: Side, used: string, about = content) =>
      requireBoundKey(about, actOf(act, 'town'), side, used)
    key('accept', 'consumer', 'k1')
    key('accept', 'delegate', 'd1')
    key('accept', 'provider', 'any')
    key('accept', 'delegate', 'any', contentOn('people'))
    key('revoke', 'consumer', 'any')
    for (const [side, used] of [
      ['consumer', 'd1'],
      ['delegate', 'k1'],
    ] as const)
      assert.throws(() => key('accept', side, used), {
        code: 'access.key',
        detail: 'the acceptance is signed with a key that the agreement is not bound to',
      })
  })
})

describe('what is possible', () => {
  before(load)

  const attempt = (acts: readonly Did[], [act, by, more]: Did, side: Side) =>
    requirePossible(content, agreementOn(content, ...acts).acts, { act: actOf(act, by, more), side }, AT)
  const refused = (detail: string) => ({ code: 'agreement.act-refused', detail })
  const agreed: readonly Did[] = [
    ['accept', 'town'],
    ['accept', 'ministry'],
    ['accept', 'agency'],
  ]

  it('is told to each side that tries something else', () => {
    attempt([['accept', 'town']], ['accept', 'ministry'], 'provider')
    attempt(agreed, ['suspend', 'town'], 'consumer')
    assert.throws(
      () => attempt([['accept', 'town']], ['revoke', 'ministry'], 'provider'),
      refused('it is proposed; provider may accept or refuse'),
    )
    assert.throws(
      () => attempt([['accept', 'town']], ['accept', 'town'], 'consumer'),
      refused('it is proposed; consumer may withdraw'),
    )
    assert.throws(
      () => attempt([['accept', 'town']], ['suspend', 'edno-operator'], 'operator'),
      refused('it is proposed; operator may do nothing more'),
    )
    assert.throws(
      () => attempt([...agreed, ['suspend', 'town']], ['suspend', 'town'], 'consumer'),
      refused('it is suspended; consumer may revoke or resume'),
    )
    assert.throws(
      () => attempt([...agreed, ['revoke', 'town']], ['accept', 'town'], 'consumer'),
      refused('it is revoked; consumer may do nothing more'),
    )
  })

  it('is nothing older than what the same party declared last', () => {
    const before = AT.toISOString()
    const acts: readonly Did[] = [
      ...agreed,
      ['suspend', 'town', { at: before }],
      ['suspend', 'ministry', { at: '2030-06-01T13:00:00.000Z' }],
    ]
    const resume = (at: string) => () => attempt(acts, ['resume', 'town', { at }], 'consumer')
    resume('2030-06-01T12:00:00.001Z')()
    for (const at of [before, '2030-06-01T11:59:59.999Z'])
      assert.throws(resume(at), refused(`town declared something later already (${before})`))
  })
})

describe('suspending again and again', () => {
  before(load)

  const suspend: Did = ['suspend', 'town']
  const attempt = (
    count: number,
    act: ActKind = 'suspend',
    side: Side = 'consumer',
    limits?: typeof REGISTER_LIMITS,
  ) => {
    const { acts } = agreedOn(content, ...Array.from({ length: count }, () => suspend), ['suspend', 'ministry'])
    requireFewSuspensions(acts, { act: actOf(act, 'town'), side }, limits)
  }

  it('is refused to a side at its limit, which each side has for itself', () => {
    attempt(31)
    const detail = (count: number): string =>
      `consumer suspended it ${count} times already, which is the limit; revoke it`
    assert.throws(() => attempt(32), { code: 'agreement.act-refused', detail: detail(32) })
    const limits = { ...REGISTER_LIMITS, suspensions: 2 }
    attempt(1, 'suspend', 'consumer', limits)
    attempt(2, 'suspend', 'provider', limits)
    assert.throws(() => attempt(2, 'suspend', 'consumer', limits), { code: 'agreement.act-refused', detail: detail(2) })
  })

  it('keeps nobody from anything else', () => {
    for (const act of ['resume', 'revoke'] as const) attempt(40, act)
  })
})

describe('the time of recording', () => {
  before(load)

  /** A database of which the newest act was recorded then. */
  const recordedAt = (last: Date | undefined): Executor => {
    const query: object = new Proxy(
      {},
      {
        get: (_, name) =>
          name === 'executeTakeFirst' ? () => Promise.resolve(last && { recorded_at: last }) : () => query,
      },
    )
    return query as Executor
  }
  const time = (lastMs?: number): Promise<Date> =>
    recordedTime(recordedAt(lastMs === undefined ? undefined : new Date(AT.getTime() + lastMs)), () => AT)

  it('is that of the clock, where nothing was recorded later', async () => {
    for (const last of [undefined, -1, 0]) assert.equal(await time(last), AT)
  })

  it('is that of the last act while a clock is ahead by no more than five minutes', async () => {
    for (const ahead of [1, 300_000]) assert.deepEqual(await time(ahead), new Date(AT.getTime() + ahead))
    assert.equal(await time(300_001), AT)
  })
})
