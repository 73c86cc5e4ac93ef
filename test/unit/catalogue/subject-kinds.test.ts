import assert from 'node:assert/strict'
import { subjectKinds } from '../../../src/catalogue/subject-kinds.ts'

describe('the kinds of a subject', () => {
  const schema = {
    $defs: { person: { anyOf: [{ format: 'lnch' }, { $ref: '#/$defs/egn' }] }, egn: { format: 'egn' } },
    properties: {
      egn: { type: 'string', format: 'egn' },
      any: { anyOf: [{ format: 'eik' }, { $ref: '#/$defs/person' }] },
      plate: { type: 'string', format: 'plate' },
      text: { type: 'string' },
    },
  }

  it('are read off the formats of its schema, through references and alternatives', () => {
    assert.deepEqual(subjectKinds(schema, 'egn'), ['egn'])
    assert.deepEqual(subjectKinds(schema, 'any'), ['egn', 'lnch', 'eik'])
  })

  it('are none where it names a thing, or is not there', () => {
    for (const member of ['plate', 'text', 'missing']) assert.deepEqual(subjectKinds(schema, member), [], member)
    assert.deepEqual(subjectKinds({}, 'egn'), [])
  })
})
