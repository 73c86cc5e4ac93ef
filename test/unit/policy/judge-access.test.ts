import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { Agreement } from '../../../src/model/agreement.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { Service } from '../../../src/model/service.ts'
import { withAgreements } from '../../../src/policy/agreement/with-agreements.ts'
import type { Governance, Grant } from '../../../src/policy/governance.ts'
import { judgeAccess, type Judgement } from '../../../src/policy/judge-access.ts'
import { aGovernance, PERMIT } from './a-governance.ts'
import { agreedOn, agreementOn, contentOn } from './agreement/an-agreement.ts'

const AT = new Date('2030-06-01T12:00:00Z')

const having = (grants: readonly Grant[], ...agreements: Agreement[]): Governance =>
  withAgreements({ ...base, grants }, agreements)
const judge = (governance: Governance, service: Service = PERMIT): Judgement =>
  judgeAccess(governance, { consumer: partyId('town'), service, at: AT })
const refused = (detail: string, grant?: Grant): Judgement => ({
  granted: false,
  refusal: { code: 'access.not-granted', detail },
  ...(grant === undefined ? {} : { grant }),
})

let base: Governance
let FILE: Grant
let people: Agreement
let cars: Agreement
let proposed: Agreement
let ended: Grant
let older: Grant
let next: Grant
const makeAll = (): void => {
  base = aGovernance()
  FILE = base.grants[0] ?? assert.fail()
  people = agreedOn(contentOn('people'))
  cars = agreedOn(contentOn('cars'))
  proposed = agreementOn(contentOn('people'), ['accept', 'town'])
  ended = { ...FILE, id: 'ended', validFrom: '2028-01-01', validUntil: '2028-12-31' }
  older = { ...ended, id: 'older', validFrom: '2027-01-01', validUntil: '2027-12-31' }
  next = { ...FILE, id: 'next', validFrom: '2031-01-01', validUntil: '2031-12-31' }
}

describe('a permission', () => {
  before(makeAll)

  it('is the file itself, where a file grants all of it', () => {
    const judgement = judge(having([FILE]))
    assert.ok(judgement.granted)
    assert.equal(judgement.grant, FILE)
    assert.equal(judgement.file, FILE)
  })

  it('rests on no file where agreements open all of it', () => {
    const judgement = judge(having([FILE], people, cars))
    assert.ok(judgement.granted)
    assert.equal(judgement.file, undefined)
  })

  it('joins a file and agreements: of the file only what no agreement opens', () => {
    const judgement = judge(having([FILE], people))
    assert.ok(judgement.granted)
    assert.deepEqual(judgement.grant.approvals, {
      people: { by: 'ministry', on: '2030-05-01', reference: people.digest },
      cars: FILE.approvals['cars'],
    })
    assert.deepEqual(judgement.grant.disclose, { 'people/person@1': [], 'cars/car@1': [] })
    assert.equal(judgement.file, FILE)
  })

  it('is none for a service that asks nobody anything', () => {
    assert.deepEqual(judge(having([FILE]), { ...PERMIT, calls: [] }).granted, false)
  })
})

describe('a refusal by files', () => {
  before(makeAll)

  it('comes without a grant, where there is none', () => {
    assert.deepEqual(judge(having([])), refused('town has no grant for permit@1'))
    const others = { ...FILE, consumer: partyId('village') }
    assert.deepEqual(judge(having([others])), refused('town has no grant for permit@1'))
  })

  it('comes with the last of those that are not in force', () => {
    assert.deepEqual(judge(having([older, ended])), refused('the grant ended ended on 2028-12-31', ended))
    assert.deepEqual(judge(having([ended, next])), refused('the grant next begins on 2031-01-01', next))
  })

  it('names all owners whose approval is missing, with the grant in force that lacks them', () => {
    const bare = { ...FILE, approvals: {} }
    assert.deepEqual(
      judge(having([bare, next])),
      refused('the grant town-permit lacks the approval of ministry for people, police for cars', bare),
    )
  })
})

describe('a refusal by agreements', () => {
  before(makeAll)

  const lacks = (what: string): string => `permit@1 for town lacks the agreement of ${what}`

  it('names each owner that is missing with the reason, and what comes nearest', () => {
    const both = lacks('ministry for people (waits for ministry since 2030-05-01), police for cars (not asked for)')
    assert.deepEqual(judge(having([], proposed)), refused(both))
    assert.deepEqual(judge(having([older, ended], proposed)), refused(both, ended))
    const bare = { ...FILE, approvals: {} }
    assert.deepEqual(judge(having([bare, next], proposed)), refused(both, bare))
  })

  it('shows what is agreed already as what comes nearest', () => {
    const judgement = judge(having([ended], cars))
    assert.ok(!judgement.granted)
    assert.equal(judgement.refusal.detail, lacks('ministry for people (not asked for)'))
    assert.equal(judgement.grant?.id, cars.digest)
  })

  it('calls an owner that nobody knows just that', () => {
    const suspended = agreedOn(contentOn('people'), ['suspend', 'ministry', { reason: 'Review' }])
    const governance = { ...having([], suspended), owners: new Map([['people', partyId('ministry')]]) }
    assert.deepEqual(
      judge(governance),
      refused(lacks('ministry for people (suspended by ministry: Review), the owner for cars (not asked for)')),
    )
  })

  it('counts a file no more for a registry whose owner agreed once', () => {
    const revoked = agreedOn(contentOn('people'), ['revoke', 'ministry', { reason: 'Over' }])
    assert.deepEqual(
      judge(having([FILE], revoked)),
      refused(lacks('ministry for people (revoked by ministry: Over)'), FILE),
    )
  })
})
