import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { compileSchema } from '../../../src/schema/compile-schema.ts'

const judge = compileSchema(pathToFileURL(join(import.meta.dirname, 'answer.schema.json')))
const policy = {
  number: 'ИЗМ/0001',
  vehicle: { vin: 'EDNTESTVEHCLE0001' },
  insurer: { name: 'Застраховател Измислица АД' },
  cover: { from: '2025-09-17', to: '2026-09-17' },
}

describe('guarantee-fund/motor-insurance@1', () => {
  it('takes an answer with a policy and one that says there is none', () => {
    assert.deepEqual(judge({ reference: '1', policy }), [])
    assert.deepEqual(judge({ reference: '1', policy: null }), [])
  })

  it('does not take an answer that lacks the policy, its vehicle, or a readable day', () => {
    assert.notDeepEqual(judge({ reference: '1' }), [])
    assert.notDeepEqual(judge({ reference: '1', policy: { ...policy, vehicle: {} } }), [])
    assert.notDeepEqual(judge({ reference: '1', policy: { ...policy, cover: { from: 'днес', to: '2026-09-17' } } }), [])
  })
})
