import assert from 'node:assert/strict'
import { namedFields, wishedFields } from '../../../../src/cli/access/wished-fields.ts'
import { WrongUsage } from '../../../../src/cli/wrong-usage.ts'
import type { OperationRef } from '../../../../src/model/ids.ts'

const PERSON = 'civil-registry/valid-person@1' as OperationRef
const ADDRESS = 'civil-registry/permanent-address@1' as OperationRef
const REGISTRIES = [
  {
    id: 'civil-registry',
    name: { bg: 'Население', en: 'Population' },
    provider: 'grao',
    operations: [
      { operation: PERSON, fields: ['names', 'names.first', 'birthDate'] },
      { operation: ADDRESS, fields: ['settlement'] },
    ],
  },
]

describe('which fields a request asks for', () => {
  it('none, where none is named', () => {
    assert.deepEqual(wishedFields([], REGISTRIES), { [PERSON]: [], [ADDRESS]: [] })
  })

  it('those that are named, and none of the other operations', () => {
    assert.deepEqual(wishedFields([`${PERSON}=names,birthDate`], REGISTRIES), {
      [PERSON]: ['names', 'birthDate'],
      [ADDRESS]: [],
    })
  })

  it('says nothing of operations that nobody named, where all fields are wanted', () => {
    assert.deepEqual(namedFields([`${PERSON}=`], REGISTRIES), { [PERSON]: [] })
  })

  it('refuses an operation or a field that does not exist, and names those that do', () => {
    const refused = (wish: string, says: RegExp): void =>
      assert.throws(
        () => wishedFields([wish], REGISTRIES),
        (error) => error instanceof WrongUsage && says.test(error.message),
      )
    refused('civil-registry/nobody@1=names', /no operation .*known: .*valid-person@1/)
    refused(`${PERSON}=income`, /has no field income; known: names/)
    refused(PERSON, /--fields takes/)
  })
})
