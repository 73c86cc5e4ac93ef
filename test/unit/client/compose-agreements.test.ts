import assert from 'node:assert/strict'
import {
  actOn,
  agreementsFor,
  type RegistryOffer,
  type ServiceOffer,
  type Wish,
} from '../../../src/client/compose-agreements.ts'
import type { AgreementDigest } from '../../../src/model/agreement.ts'
import { operationRef, partyId } from '../../../src/model/ids.ts'

const person = operationRef('people/person@1')
const car = operationRef('cars/car@1')
const SERVICE: ServiceOffer = {
  id: 'permit',
  version: 1,
  title: { bg: 'Разрешение', en: 'Permit' },
  legalBases: ['law-a', 'law-b'],
  calls: [
    { name: 'driver', operation: person },
    { name: 'managers', operation: person },
    { name: 'vehicle', operation: car },
  ],
  asks: { people: 'a1'.repeat(32), cars: 'b2'.repeat(32) },
}
const registry = (id: string, operation: typeof car, fields: readonly string[]): RegistryOffer => ({
  id,
  name: { bg: id, en: id },
  provider: `owner-of-${id}`,
  operations: [
    { operation, fields },
    { operation: operationRef(`${id}/other@1`), fields: ['x'] },
  ],
})
const REGISTRIES = [
  registry('people', person, ['names', 'names.first', 'names.family', 'born']),
  registry('cars', car, ['plate', 'owner', 'owner.kind']),
  registry('boats', operationRef('boats/boat@1'), ['name']),
]
const WISH: Wish = {
  consumer: { party: partyId('town'), keys: ['aa'.repeat(32)] },
  purpose: 'permits',
  validity: { from: '2030-01-01', until: '2030-12-31' },
}
const now = new Date('2029-12-01T10:00:00.000Z')
const asked = (wish: Partial<Wish> = {}) => agreementsFor({ ...WISH, ...wish }, SERVICE, REGISTRIES, now)

describe('the agreements that a service needs', () => {
  it('are one for each registry that it touches, with their owners, asked for together', () => {
    const contents = asked()
    assert.deepEqual(
      contents.map(({ registry: id, provider }) => [id, provider]),
      [
        ['people', 'owner-of-people'],
        ['cars', 'owner-of-cars'],
      ],
    )
    assert.equal(new Set(contents.map(({ request }) => request)).size, 1)
    assert.deepEqual(
      contents.map(({ asks }) => asks),
      ['a1'.repeat(32), 'b2'.repeat(32)],
    )
    assert.equal(new Set(contents.map(({ id }) => id)).size, 2)
  })

  it('name every operation that the service uses and no other, with each innermost field by its own name', () => {
    assert.deepEqual(
      asked().map(({ operations }) => operations),
      [
        [{ operation: person, fields: ['names.first', 'names.family', 'born'] }],
        [{ operation: car, fields: ['plate', 'owner.kind'] }],
      ],
    )
  })

  it('ask for no more than was wished', () => {
    const [people, cars] = asked({
      fields: { [person]: ['born'] },
      checksOnly: ['cars'],
      withhold: ['managers'],
      legalBases: ['law-b'],
      perDay: 20,
      openCase: true,
    })
    assert.deepEqual(people?.operations, [{ operation: person, fields: ['born'] }])
    assert.deepEqual(cars?.operations, [{ operation: car, fields: [] }])
    assert.deepEqual([people.withhold, cars.withhold], [['managers'], []])
    assert.deepEqual([people.legalBases, people.quota, people.openCase], [['law-b'], { perDay: 20 }, true])
    assert.deepEqual(
      asked({ registries: ['cars'] }).map(({ registry: id }) => id),
      ['cars'],
    )
  })

  it('ask for no field that its owner lets nobody have, but for one that is named, so that edno says why not', () => {
    const closed = REGISTRIES.map((each) => ({
      ...each,
      operations: each.operations.map((offer) => ({ ...offer, disclosure: 'checks-only' as const })),
    }))
    const fields = (wish: Partial<Wish>) =>
      agreementsFor({ ...WISH, ...wish }, SERVICE, closed, now).map(({ operations }) => operations[0]?.fields)
    assert.deepEqual(fields({}), [[], []])
    assert.deepEqual(fields({ fields: { [person]: ['born'] } }), [['born'], []])
  })

  it('are acted on with everybody named', () => {
    const [content] = asked()
    assert.ok(content)
    const act = actOn(
      { digest: 'ab'.repeat(32) as AgreementDigest, content },
      { act: 'refuse', by: partyId('owner-of-people'), reason: 'no' },
      now,
    )
    assert.deepEqual(act, {
      type: 'edno-agreement-act@1',
      agreement: 'ab'.repeat(32),
      act: 'refuse',
      by: 'owner-of-people',
      consumer: 'town',
      provider: 'owner-of-people',
      registry: 'people',
      service: 'permit@1',
      at: '2029-12-01T10:00:00.000Z',
      reason: 'no',
    })
  })
})
