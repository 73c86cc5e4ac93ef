import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { AgreementContent } from '../../../../src/model/agreement.ts'
import { operationRef, partyId, serviceRef } from '../../../../src/model/ids.ts'
import {
  CLOCK_AHEAD_MS,
  type KnownWorld,
  readContent,
  requireActive,
  requireKnown,
} from '../../../../src/policy/agreement/judge-content.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import { aGovernance, CATALOGUE, partyText, suspended } from '../a-governance.ts'
import { contentOn } from './an-agreement.ts'

const AT = new Date('2030-06-01T12:00:00Z')
const PERSON = operationRef('people/person@1')
const KEYS: Readonly<Record<string, readonly string[]>> = {
  ...{ town: ['k1', 'k2', 'both'], agency: ['d1', 'd2'], ministry: ['m1', 'both'], police: ['p1'] },
}
let governance: Governance
const load = (): void => {
  governance = aGovernance({
    'parties/agency.yaml': partyText('agency', 'consumer'),
    'parties/gone.yaml': suspended('gone'),
    'parties/harbour.yaml': partyText('harbour', 'provider').replace('state: active', 'state: suspended'),
  })
  world = {
    ...{ governance, catalogue: CATALOGUE, keysOf: (party) => KEYS[party] ?? [] },
    connectionKeysOf: (party) => (party === 'town' ? ['line', 'shared'] : party === 'ministry' ? ['shared'] : []),
  }
}
let world: KnownWorld

const told = (change: Partial<AgreementContent>, known = world, at = AT): string => {
  try {
    requireKnown(contentOn('people', change), known, at)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
const wrong = (...mistakes: string[]): string => `agreement.content: ${mistakes.join('; ')}`
const agency = { party: partyId('agency'), keys: ['d1'] }

describe('the content of an agreement', () => {
  before(load)

  it('is accepted where catalogue and parties know all of it', () => {
    assert.equal(told({}), '')
    assert.equal(told({ consumer: { party: partyId('town'), keys: ['k1', 'k2'] }, delegate: agency }), '')
    assert.equal(told({ consumer: { party: partyId('town'), keys: ['k1', 'line'] } }), '')
    assert.equal(told({ withhold: ['person'], legalBases: ['law-a', 'law-b'], officials: ['Head'] }), '')
  })

  it('is refused to a provider that does not own the registry, is no provider or is suspended', () => {
    assert.equal(told({ provider: partyId('police') }), wrong('/provider does not own the registry'))
    assert.equal(
      told({ provider: partyId('agency') }),
      wrong('/provider does not own the registry', '/provider is no provider among the parties'),
    )
    assert.equal(
      told({ provider: partyId('harbour') }),
      wrong('/provider does not own the registry', '/provider is suspended'),
    )
  })

  it('is refused for a consumer or a delegate that is none, is unknown or is suspended', () => {
    assert.equal(
      told({ consumer: { party: partyId('police'), keys: [] } }),
      wrong('/consumer/party is no consumer among the parties'),
    )
    assert.equal(told({ consumer: { party: partyId('gone'), keys: [] } }), wrong('/consumer/party is suspended'))
    assert.equal(
      told({ delegate: { party: partyId('nobody'), keys: [] } }),
      wrong('/delegate/party is no consumer among the parties'),
    )
    assert.equal(told({ delegate: { party: partyId('gone'), keys: [] } }), wrong('/delegate/party is suspended'))
  })

  it('is refused where one party stands on two sides', () => {
    const same = 'consumer, provider and delegate are different parties'
    assert.equal(told({ delegate: { party: partyId('town'), keys: ['k1'] } }), wrong(same))
    assert.ok(told({ provider: partyId('town') }).includes(same))
  })

  it('is refused with keys that are not registered for who is bound by them, each by its place', () => {
    const not = (where: string): string => `${where} is no key of a registered seal or connection of this party`
    assert.equal(
      told({ consumer: { party: partyId('town'), keys: ['k1', 'd1'] }, delegate: { ...agency, keys: ['k1', 'd2'] } }),
      wrong(not('/consumer/keys/1'), not('/delegate/keys/0')),
    )
  })

  it('is refused with a key that the provider has too, of the consumer or of the delegate', () => {
    const shared = 'a key of the consumer or the delegate is also a key of the provider'
    assert.equal(told({ consumer: { party: partyId('town'), keys: ['k1', 'both'] } }), wrong(shared))
    assert.equal(told({ consumer: { party: partyId('town'), keys: ['shared'] } }), wrong(shared))
    const known = { ...world, keysOf: (party: string) => (party === 'agency' ? ['m1'] : (KEYS[party] ?? [])) }
    assert.equal(told({ delegate: { ...agency, keys: ['m1'] } }, known), wrong(shared))
  })

  it('is refused with words that look like an identifier', () => {
    assert.equal(
      told({ purpose: 'For 8001010008', officials: ['Head', 'Expert 8001010008'] }),
      wrong(
        '/purpose holds what looks like an identifier of a person or thing',
        '/officials hold what looks like an identifier of a person or thing',
      ),
    )
  })

  it('is refused for days that are over or upside down; its last day is one of them, by the calendar in Sofia', () => {
    const days = (from: string, until: string, at = AT): string => told({ validity: { from, until } }, world, at)
    assert.equal(days('2030-07-02', '2030-07-01'), wrong('/validity ends before it begins'))
    assert.equal(days('2030-07-01', '2030-07-01'), '')
    assert.equal(days('2030-01-01', '2030-05-31'), wrong('/validity is over'))
    assert.equal(days('2030-01-01', '2030-06-01', new Date('2030-06-01T20:59:59Z')), '')
    assert.equal(days('2030-01-01', '2030-06-01', new Date('2030-06-01T21:00:00Z')), wrong('/validity is over'))
  })

  it('is refused where it was made later than a clock may be ahead', () => {
    const made = (aheadMs: number): string => told({ createdAt: new Date(AT.getTime() + aheadMs).toISOString() })
    assert.equal(CLOCK_AHEAD_MS, 5 * 60_000)
    assert.equal(made(CLOCK_AHEAD_MS), '')
    assert.equal(made(CLOCK_AHEAD_MS + 1), wrong('/createdAt lies in the future'))
  })

  it('is refused for a service that is not in the catalogue, or asks nothing of the registry', () => {
    assert.equal(told({ service: serviceRef('permit', 2) }), wrong('/service is not in the catalogue'))
    const boats = { registry: 'boats', provider: partyId('harbour'), operations: [], legalBases: [] }
    assert.equal(
      told(boats),
      wrong(
        '/provider is suspended',
        '/service asks nothing of this registry',
        '/asks is not the digest of what the service asks this registry',
      ),
    )
  })

  it('is refused with another digest of what the service asks', () => {
    assert.equal(
      told({ asks: 'ab'.repeat(32) }),
      wrong('/asks is not the digest of what the service asks this registry'),
    )
  })

  it('is refused with operations twice, left out, or of others, and with fields that they do not have', () => {
    const operation = (ref: typeof PERSON, ...fields: string[]) => ({ operation: ref, fields })
    assert.equal(told({ operations: [operation(PERSON), operation(PERSON)] }), wrong('/operations names one twice'))
    assert.equal(told({ operations: [] }), wrong('/operations lacks people/person@1'))
    assert.equal(
      told({ operations: [operation(PERSON), operation(operationRef('cars/car@1'))] }),
      wrong('/operations/1 is none that the service asks this registry'),
    )
    assert.equal(
      told({ operations: [operation(PERSON, 'names', 'names.last', 'born', 'died')] }),
      wrong(
        '/operations/0/fields/1 is no field of the operation',
        '/operations/0/fields/3 is no field of the operation',
      ),
    )
    assert.equal(
      told({ operations: [operation(PERSON), operation(operationRef('people/ghost@1'), 'x')] }),
      wrong(
        '/operations/1 is none that the service asks this registry',
        '/operations/1/fields/0 is no field of the operation',
      ),
    )
  })

  it('is refused with any field of an operation that is disclosed as a check only', () => {
    const closed = { ...CATALOGUE.operations.get(PERSON)!, checksOnly: true }
    const catalogue = { ...CATALOGUE, operations: new Map([...CATALOGUE.operations, [PERSON, closed]]) }
    const known = { ...world, catalogue }
    const operations = [{ operation: PERSON, fields: ['born'] }]
    assert.equal(
      told({ operations }, known),
      wrong('/operations/0/fields names some: the operation is disclosed as a check only'),
    )
    assert.equal(told({ operations: [{ operation: PERSON, fields: [] }] }, known), '')
  })

  it('is refused with calls withheld, or legal bases, that are none of the service', () => {
    assert.equal(told({ withhold: ['person', 'car'] }), wrong('/withhold/1 is no call of the service to this registry'))
    const bases = new Map([...governance.legalBases, ['law-d', { bg: 'Г', en: 'D' }] as const])
    const known = { ...world, governance: { ...governance, legalBases: bases } }
    assert.equal(
      told({ legalBases: ['law-a', 'law-c', 'law-d'] }, known),
      wrong('/legalBases/1 is not known', '/legalBases/2 is none that the service rests on'),
    )
  })

  it('is told no more than five mistakes at once', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    assert.equal(told({ consumer: { party: partyId('town'), keys } }).split('; ').length, 5)
  })

  it('is read where its schema finds nothing, and else refused with each place', () => {
    const value = { any: 'thing' }
    assert.equal(
      readContent(value, () => []),
      value,
    )
    const mistakes = [
      { pointer: '', message: 'lacks a member' },
      { pointer: '/purpose', message: 'is too long' },
    ]
    assert.throws(() => readContent(value, () => mistakes), {
      ...{ code: 'agreement.content', detail: '/ lacks a member; /purpose is too long' },
    })
  })
})

describe('who acts on an agreement', () => {
  before(load)

  it('is an active party, of whatever role', () => {
    for (const name of ['town', 'ministry']) requireActive(governance, partyId(name))
    assert.throws(() => requireActive(governance, partyId('gone')), {
      ...{ code: 'access.suspended', detail: 'gone is suspended' },
    })
    assert.throws(() => requireActive(governance, partyId('nobody')), {
      ...{ code: 'access.unknown-party', detail: 'the signer is not a party' },
    })
  })
})
