import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { AgreementDigest } from '../../../src/model/agreement.ts'
import { operationRef, partyId } from '../../../src/model/ids.ts'
import { countedBy } from '../../../src/policy/counted-by.ts'
import { disclosedBy } from '../../../src/policy/disclosed-by.ts'
import type { Governance, Grant } from '../../../src/policy/governance.ts'
import { aGovernance, PERMIT } from './a-governance.ts'

const POLICE = partyId('police')
let base: Governance
let file: Grant
let limited: Governance
const makeAll = (): void => {
  base = aGovernance()
  file = base.grants[0] ?? assert.fail()
  const police = base.parties.get(POLICE) ?? assert.fail()
  const totals = { [operationRef('cars/car@1')]: { perDay: 7 }, [operationRef('people/person@1')]: { perDay: 3 } }
  limited = { ...base, parties: new Map([...base.parties, [POLICE, { ...police, totals }]]) }
}

describe('the limits that questions count against', () => {
  before(makeAll)

  it('are none where neither an agreement nor an owner sets one', () =>
    assert.deepEqual(countedBy(base, file, PERMIT), {}))

  it('are those of the agreement of each registry, counted also where it has no limit', () => {
    const [people, cars] = ['a', 'b'] as unknown as readonly [AgreementDigest, AgreementDigest]
    const agreements = [
      { registry: 'people', digest: people },
      { registry: 'cars', digest: cars, perDay: 5 },
    ]
    assert.deepEqual(countedBy(base, { ...file, agreements }, PERMIT), {
      person: { agreement: people },
      car: { agreement: cars, perDay: 5 },
    })
    assert.deepEqual(countedBy(base, { ...file, agreements: agreements.slice(1) }, PERMIT), {
      car: { agreement: cars, perDay: 5 },
    })
  })

  it('are the total of the owner for the operation, and of nobody who does not own the registry', () => {
    assert.deepEqual(countedBy(limited, file, PERMIT), { car: { total: 7 } })
    assert.deepEqual(countedBy({ ...limited, owners: new Map() }, file, PERMIT), {})
    assert.deepEqual(countedBy({ ...limited, owners: new Map([['cars', partyId('ghost')]]) }, file, PERMIT), {})
  })
})

describe('the fields that leave', () => {
  before(makeAll)

  const person = { name: 'person', operation: operationRef('people/person@1') }

  it('are those that the grant names for the operation', () => assert.deepEqual(disclosedBy(file, person), ['names']))

  it('are none where the call is withheld, or the grant says nothing of the operation', () => {
    assert.deepEqual(disclosedBy({ ...file, withhold: ['person'] }, person), [])
    assert.deepEqual(disclosedBy(file, { name: 'boat', operation: operationRef('boats/boat@1') }), [])
  })
})
