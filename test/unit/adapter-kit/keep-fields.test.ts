import assert from 'node:assert/strict'
import fc from 'fast-check'
import { leafPaths } from '../../../src/adapter-kit/examples.ts'
import { keepFields } from '../../../src/adapter-kit/keep-fields.ts'

const VESSELS = {
  vessels: [
    {
      name: 'А',
      owners: [
        { kind: 'person', identifier: '1' },
        { kind: 'company', identifier: '2' },
      ],
    },
    { name: 'Б', owners: [] },
  ],
  total: 2,
}

describe('keepFields', () => {
  it('keeps what a path names in every item of every list', () => {
    assert.deepEqual(keepFields(VESSELS, ['vessels.owners.identifier']), {
      vessels: [{ owners: [{ identifier: '1' }, { identifier: '2' }] }, { owners: [] }],
    })
  })

  it('keeps all of a branch, also when a part of it is named as well', () => {
    assert.deepEqual(keepFields(VESSELS, ['vessels', 'vessels.name']), { vessels: VESSELS.vessels })
    assert.deepEqual(keepFields(VESSELS, ['vessels.name', 'vessels']), { vessels: VESSELS.vessels })
  })

  it('keeps nothing when nothing is asked for, and makes nothing up', () => {
    assert.deepEqual(keepFields(VESSELS, []), {})
    assert.deepEqual(keepFields(VESSELS, ['owner', 'total.of', 'vessels.port']), { total: 2, vessels: [{}, {}] })
  })

  it('never lets out a path that was not asked for', () => {
    const names = fc.constantFrom('a', 'b', 'c')
    const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.dictionary(names, tie('tree')), fc.array(tie('tree'))),
      leaf: fc.string(),
    }))
    const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'))
    fc.assert(
      fc.property(fc.dictionary(names, tree), fc.array(path), (evidence, paths) => {
        for (const leaf of leafPaths(keepFields(evidence, paths))) {
          const asked = paths.some(
            (wanted) => `${leaf}.`.startsWith(`${wanted}.`) || `${wanted}.`.startsWith(`${leaf}.`),
          )
          assert.ok(asked, leaf)
        }
      }),
    )
  })
})
