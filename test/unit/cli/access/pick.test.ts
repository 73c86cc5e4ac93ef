import assert from 'node:assert/strict'
import { pick } from '../../../../src/cli/access/pick.ts'
import { wishedFields } from '../../../../src/cli/access/wished-fields.ts'
import { WrongUsage } from '../../../../src/cli/wrong-usage.ts'
import type { AgreementDigest } from '../../../../src/model/agreement.ts'
import type { AgreementView } from '../../../../src/model/agreement-view.ts'
import { operationRef } from '../../../../src/model/ids.ts'

const named = (digest: string) => ({ digest: digest as AgreementDigest }) as AgreementView
const ONE = named('abcd1'.padEnd(64, '0'))
const OTHER = named('abcd2'.padEnd(64, '0'))
const client = {
  find: (digest: AgreementDigest) => Promise.resolve(named(digest)),
  list: () => Promise.resolve([ONE, OTHER]),
}

describe('names of agreements at the command line', () => {
  it('may be shortened to a beginning that only one has; the same one twice is one', async () => {
    assert.deepEqual(await pick(client, ['abcd2', 'abcd1', 'abcd20']), [OTHER, ONE])
  })

  it('are wrong usage where none or several begin so, or where they could be none', async () => {
    for (const [id, says] of [
      ['abcd', /2 agreements begin with abcd/],
      ['ffff', /no agreement of yours begins with ffff/],
      ['abc', /at least 4/],
      ['troyan', /not the beginning/],
    ] as const)
      await assert.rejects(pick(client, [id]), (error) => error instanceof WrongUsage && says.test(error.message))
  })

  it('are looked up as they are where they are whole', async () => {
    assert.deepEqual(await pick({ ...client, list: () => assert.fail('listed') }, [ONE.digest]), [ONE])
  })
})

describe('fields that are wished for at the command line', () => {
  const registries = [
    {
      id: 'cars',
      name: { bg: '', en: '' },
      provider: 'police',
      operations: [{ operation: operationRef('cars/car@1'), fields: ['plate', 'owner', 'owner.kind'] }],
    },
  ]

  it('are named by operation; none means checks only', () => {
    assert.deepEqual(wishedFields(['cars/car@1=plate,owner'], registries), { 'cars/car@1': ['plate', 'owner'] })
    assert.deepEqual(wishedFields(['cars/car@1='], registries), { 'cars/car@1': [] })
  })

  it('are wrong usage where operation or field do not exist', () => {
    for (const wish of ['cars/car@1', 'cars/bus@1=plate', 'cars/car@1=colour'])
      assert.throws(() => wishedFields([wish], registries), WrongUsage)
  })
})
