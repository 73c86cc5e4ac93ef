import assert from 'node:assert/strict'
import { disclose } from '../../../src/exchange/disclose.ts'

const evidence = {
  vin: 'V',
  owner: { kind: 'company', uic: '9', name: 'Х' },
  vessels: [
    { name: 'А', owners: [{ identifier: '1', name: 'Х' }] },
    { name: 'Б', owners: [] },
  ],
}

describe('disclosure', () => {
  it('lets out what the paths name, through lists, and nothing beside', () => {
    assert.deepEqual(disclose(evidence, ['owner.uic', 'vessels.owners.identifier']), {
      owner: { uic: '9' },
      vessels: [{ owners: [{ identifier: '1' }] }],
    })
  })

  it('lets out everything below a path that is named as a whole', () => {
    assert.deepEqual(disclose(evidence, ['owner', 'owner.uic']), { owner: evidence.owner })
  })

  it('shows no empty shell of what it withholds', () => {
    assert.equal(disclose(evidence, []), undefined)
    assert.equal(disclose(evidence, ['unknown', 'owner.unknown', 'vin.deeper']), undefined)
  })

  it('does not confuse names that start alike', () => assert.equal(disclose({ owners: 'x' }, ['owner']), undefined))
})
