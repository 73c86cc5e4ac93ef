import assert from 'node:assert/strict'
import { compileMisfit } from '../../../src/schema/compile-schema.ts'

const SCHEMA = {
  $defs: { permit: { type: 'object', required: ['number'], properties: { number: { type: 'string' } } } },
  type: 'object',
  additionalProperties: false,
  properties: {
    holder: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      properties: { birthDate: { type: 'integer' } },
    },
    permits: { type: 'array', items: { $ref: '#/$defs/permit' } },
    '2026': { type: 'string' },
  },
}
const PERSON = '8427029967'
const NAME = 'Маркер Измислен'

describe('the place where a value does not fit its schema', () => {
  const placeOf = compileMisfit(SCHEMA)

  it('is undefined where it fits', () => {
    assert.equal(placeOf({ permits: [{ number: 'x' }] }), undefined)
  })

  it('is told in names of the schema, with a star for every number', () => {
    assert.equal(placeOf({ permits: [{ number: 'x' }, { number: 7 }] }), '/permits/*/number')
    assert.equal(placeOf({ permits: [{}] }), '/permits/*/number')
    assert.equal(placeOf({ 2026: 7 }), '/*')
    assert.equal(placeOf([]), '/')
  })

  it('holds nothing of the value: neither what stands there nor names that came with it', () => {
    const places = [
      placeOf({ [NAME]: 1 }),
      placeOf({ [PERSON]: { a: 1 } }),
      placeOf({ holder: { [NAME]: 'x' } }),
      placeOf({ holder: { [PERSON]: NAME } }),
      placeOf({ permits: NAME }),
    ]
    assert.deepEqual(places, ['/?', '/*', '/holder/?', '/holder/*', '/permits'])
  })
})
