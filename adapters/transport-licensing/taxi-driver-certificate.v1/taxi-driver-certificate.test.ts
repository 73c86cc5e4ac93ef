import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileSchema } from '../../../src/schema/compile-schema.ts'
import { CERTIFICATE_WIRE } from './certificate.ts'

const judge = compileSchema(pathToFileURL(join(import.meta.dirname, 'answer.schema.json')))
const certificate = {
  number: 'ТШ-0001',
  holder: { egn: '8427029967' },
  expires: '2027-12-16',
  fitness: { conclusion: 'unfit', expires: '2026-11-11' },
} as const

describe('transport-licensing/taxi-driver-certificate@1', () => {
  it('takes an answer with a certificate and one that says there is none', () => {
    assert.deepEqual(judge({ reference: '1', certificate }), [])
    assert.deepEqual(judge({ reference: '1', certificate: null }), [])
  })

  it('does not take an answer that lacks the certificate, its holder, or a known conclusion', () => {
    assert.notDeepEqual(judge({ reference: '1' }), [])
    assert.notDeepEqual(judge({ reference: '1', certificate: { ...certificate, holder: {} } }), [])
    const fitness = { ...certificate.fitness, conclusion: 'perhaps' }
    assert.notDeepEqual(judge({ reference: '1', certificate: { ...certificate, fitness } }), [])
  })

  it('keeps a driver who is not fit apart from one who has no certificate', () => {
    const { evidence } = CERTIFICATE_WIRE.read({ reference: '1', certificate })
    assert.deepEqual(evidence, {
      egn: '8427029967',
      number: 'ТШ-0001',
      validUntil: '2027-12-16',
      psychologicalFitness: { fit: false, validUntil: '2026-11-11' },
    })
    assert.equal(CERTIFICATE_WIRE.read({ reference: '1', certificate: null }).evidence, undefined)
  })
})
